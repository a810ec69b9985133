import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/**
 * Level 1: a producer's batches are short-lived and the gain of higher levels does not pay for their
 * CPU. Large chunks: with node's default of 16 KiB a batch of megabytes costs hundreds of copies.
 */
const COMPRESS = {
  chunkSize: 1024 * 1024,
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
} as const;
const DECOMPRESS = { chunkSize: 2 * 1024 * 1024 } as const;

/** Teaches kafkajs zstd. Idempotent; kafkajs keeps its codecs in one table per process. */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compressAsync(buffer, COMPRESS),
    decompress: (buffer: Buffer) => decompressAsync(buffer, DECOMPRESS),
  });
}

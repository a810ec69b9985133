import { createHash } from 'node:crypto';
import { CHUNK_BYTES_MAX } from '@lakeferry/contracts';

/**
 * Cuts the pieces of a file into chunks for Kafka, without copying: chunks of one piece share its
 * buffer. A file that fits becomes one chunk.
 */
export function cutFile(pieces: readonly Uint8Array<ArrayBuffer>[]) {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  const whole = bytes <= CHUNK_BYTES_MAX ? [join(pieces, bytes)] : pieces;
  return { chunks: whole.flatMap(slices), bytes, sha256: hash.digest('hex') };
}

function slices(piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(piece.length / CHUNK_BYTES_MAX);
  return Array.from({ length: count }, (_, index) =>
    piece.subarray(index * CHUNK_BYTES_MAX, (index + 1) * CHUNK_BYTES_MAX),
  );
}

function join(pieces: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

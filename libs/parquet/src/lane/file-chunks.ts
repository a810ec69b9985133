import { createHash } from 'node:crypto';
import { CHUNK_BYTES_MAX } from '@lakeferry/contracts';

/** Buffers of chunks that come back from the caller; more are left to the garbage collector. */
const SPARE_BUFFERS_MAX = 80;

/** Cuts files into chunks for Kafka, in buffers that are used again. */
export class FileChunks {
  private readonly spare: ArrayBuffer[] = [];

  recycle(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength !== CHUNK_BYTES_MAX) continue;
      if (this.spare.length < SPARE_BUFFERS_MAX) this.spare.push(buffer);
    }
  }

  cut(pieces: readonly Uint8Array[]) {
    const hash = createHash('sha256');
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    let room = 0;
    let chunk = new Uint8Array(0);
    for (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      for (let from = 0; from < piece.length;) {
        if (room === 0) {
          chunk = new Uint8Array(this.spare.pop() ?? new ArrayBuffer(CHUNK_BYTES_MAX));
          chunks.push(chunk);
          room = chunk.length;
        }
        const part = piece.subarray(from, from + room);
        chunk.set(part, chunk.length - room);
        from += part.length;
        room -= part.length;
      }
    }
    const last = chunks.at(-1);
    if (last !== undefined) chunks[chunks.length - 1] = last.subarray(0, last.length - room);
    return { chunks, bytes, sha256: hash.digest('hex') };
  }
}

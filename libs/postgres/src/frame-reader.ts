/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { DeliveryError } from '@lakeferry/errors';

/**
 * Gets one message of the server: its type byte and the range of its body. The bytes are valid during
 * the call only.
 */
export type FrameHandler = (type: number, bytes: Buffer, start: number, end: number) => void;

const HEADER_BYTES = 5;
const CARRY_BYTES = 64 * 1024;
const CARRY_KEEP_BYTES_MAX = 4 * 1024 * 1024;
/** PostgreSQL's own limit of one message is just below this. */
const FRAME_BYTES_MAX = 0x7fffffff;

/**
 * Cuts the server's byte stream into messages without copying those that lie within one chunk; only a
 * message that is split over chunks is put together in a buffer of its own.
 */
export class FrameReader {
  private carry = Buffer.allocUnsafe(CARRY_BYTES);
  private carried = 0;

  constructor(private readonly onFrame: FrameHandler) {}

  push(chunk: Buffer, byteCount: number): void {
    let at = this.carried > 0 ? this.complete(chunk, byteCount) : 0;
    while (byteCount - at >= HEADER_BYTES) {
      const end = at + frameBytes(chunk, at);
      if (end > byteCount) break;
      this.onFrame(chunk[at] as number, chunk, at + HEADER_BYTES, end);
      at = end;
    }
    if (at < byteCount) this.keep(chunk, at, byteCount);
  }

  /** Finishes the message that is carried over; returns where the rest of the chunk starts. */
  private complete(chunk: Buffer, byteCount: number): number {
    let at = 0;
    if (this.carried < HEADER_BYTES) {
      at = Math.min(HEADER_BYTES - this.carried, byteCount);
      this.keep(chunk, 0, at);
      if (this.carried < HEADER_BYTES) return byteCount;
    }
    const wanted = frameBytes(this.carry, 0);
    const taken = Math.min(wanted - this.carried, byteCount - at);
    this.reserve(wanted);
    this.keep(chunk, at, at + taken);
    if (this.carried < wanted) return byteCount;
    this.carried = 0;
    this.onFrame(this.carry[0] as number, this.carry, HEADER_BYTES, wanted);
    if (this.carry.length > CARRY_KEEP_BYTES_MAX) this.carry = Buffer.allocUnsafe(CARRY_BYTES);
    return at + taken;
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    this.reserve(this.carried + end - start);
    chunk.copy(this.carry, this.carried, start, end);
    this.carried += end - start;
  }

  private reserve(byteCount: number): void {
    if (byteCount <= this.carry.length) return;
    const grown = Buffer.allocUnsafe(Math.max(byteCount, this.carry.length * 2));
    this.carry.copy(grown, 0, 0, this.carried);
    this.carry = grown;
  }
}

function frameBytes(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at + 1);
  if (length < 4 || length >= FRAME_BYTES_MAX) {
    throw new DeliveryError('SOURCE_UNAVAILABLE', 'the source sent a message of impossible length');
  }
  return length + 1;
}

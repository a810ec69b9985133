import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader } from './frame-reader.js';

function frame(type: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header[0] = type;
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

describe('FrameReader', () => {
  it('cuts messages the same way wherever the chunks end', () => {
    const message = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (messages, sizes) => {
          const bytes = Buffer.concat(messages.map(([type, body]) => frame(type, body)));
          const seen: [number, string][] = [];
          const reader = new FrameReader((type, from, start, end) => {
            seen.push([type, from.toString('hex', start, end)]);
          });
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = Math.min(sizes[turn % sizes.length] ?? 1, bytes.length - at);
            const chunk = Buffer.alloc(64);
            bytes.copy(chunk, 0, at, at + size);
            reader.push(chunk, size);
            chunk.fill(0xee);
            at += size;
          }
          expect(seen).toEqual(messages.map(([t, body]) => [t, Buffer.from(body).toString('hex')]));
        },
      ),
    );
  });

  it('puts a message together that is larger than its buffer', () => {
    const body = Buffer.alloc(6_000_000, 7);
    const bytes = frame(1, body);
    let length = 0;
    const reader = new FrameReader((_, from, start, end) => {
      length = end - start;
      expect(from[end - 1]).toBe(7);
    });
    for (let at = 0; at < bytes.length; at += 100_000) {
      const chunk = bytes.subarray(at, at + 100_000);
      reader.push(chunk, chunk.length);
    }
    expect(length).toBe(body.length);
  });

  it('refuses a message of impossible length', () => {
    const reader = new FrameReader(() => undefined);
    expect(() => reader.push(Buffer.from([1, 0, 0, 0, 3]), 5)).toThrow('impossible length');
  });
});

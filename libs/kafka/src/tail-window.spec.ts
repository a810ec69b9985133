import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TailWindow } from './tail-window.js';

/** Reads a log of which every offset holds a record or nothing, in fetches of a few offsets. */
function readTail(log: readonly boolean[], low: number, recordsMax: number, offsetsMax: number) {
  const high = BigInt(log.length);
  const bounds = { low: BigInt(low), high, recordsMax, offsetsMax: BigInt(offsetsMax) };
  const window = new TailWindow<{ offset: bigint }>(bounds);
  let at = window.position;
  let read = 0;
  for (;;) {
    const step = window.decide();
    if (step === 'done')
      return { offsets: window.records.map(({ offset }) => Number(offset)), read };
    if (step === 'widen') at = window.position;
    const end = at + 7n < high ? at + 7n : high;
    const records = [];
    for (let offset = at; offset < end; offset += 1n) {
      if (log[Number(offset)] === true) records.push({ offset });
    }
    read += Number(end - at);
    window.take(records, end);
    at = end;
  }
}

describe('the tail of a partition', () => {
  const records = (count: number) => Array.from({ length: count }, () => true);
  const markers = (count: number) => Array.from({ length: count }, () => false);

  it.each([
    ['nothing', [], 0, 5, []],
    ['less than is wanted', records(3), 0, 5, [0, 1, 2]],
    ['more than is wanted', records(100), 0, 2, [98, 99]],
    ['nothing but markers', markers(500), 0, 2, []],
    ['markers at the end', [...records(3), ...markers(400)], 0, 2, [1, 2]],
    ['freed records', records(10), 8, 5, [8, 9]],
  ])('of %s', (_of, log, low, recordsMax, expected) => {
    expect(readTail(log, low, recordsMax, 10_000).offsets).toEqual(expected);
  });

  it('is not looked for beyond its bounds', () => {
    const { offsets, read } = readTail([...records(50), ...markers(1000)], 0, 3, 200);
    expect(offsets).toEqual([]);
    expect(read).toBeLessThan(1000);
  });

  it('is what the whole log ends with', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.nat(40), (log, low) => {
        const held = log.flatMap((isRecord, at) => (isRecord && at >= low ? [at] : []));
        const from = Math.min(low, log.length);
        expect(readTail(log, from, 4, 10_000).offsets).toEqual(held.slice(-4));
      }),
    );
  });
});

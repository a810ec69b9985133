import { afterEach, describe, expect, test } from '@jest/globals';
import { encoderConfig, EncoderHarness, type HarnessOptions } from './testing/encoder-harness.js';

let harness: EncoderHarness;

async function open(options: HarnessOptions = {}): Promise<EncoderHarness> {
  harness = await EncoderHarness.open(options);
  await harness.publishPlan();
  await harness.want('active');
  return harness;
}

afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  expect(harness.crashes).toEqual([]);
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);
const rowsOf = (from: number, to: number) => range(from, to).map((id) => ({ id }));

describe('an INC task', () => {
  test('delivers rows by rendered prefix, drops what lies below C, and marks what is whole', async () => {
    const task = await open();
    await task.rows(0, [{ id: 900 }], 0xf00n);
    await task.rows(0, rowsOf(0, 50), 0x1000n);
    await task.rows(0, [
      { id: 50, at: '2026-11-21T00:00:00.000000Z' },
      { id: 51, at: '2026-11-20T23:59:59.999999Z' },
    ]);
    const lsn = await task.watermark();
    await task.startEncoder();
    expect(await task.ids(52)).toEqual(range(0, 52));
    const { marks, files } = await task.marks((seen) => seen.some((mark) => mark.lsn === lsn));
    expect(files.map(({ seal }) => [seal.prefix, seal.rows, seal.reason]).sort()).toEqual([
      ['orders/day=20', 51, 'age'],
      ['orders/day=21', 1, 'age'],
    ]);
    expect(marks.find((mark) => mark.lsn === lsn)?.filesBefore).toBe(2);
  });
});

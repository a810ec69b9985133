import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { TaskView } from '../api/task-client.js';
import { DeliverySampler, microsOf } from './delivery-sampler.js';

type Answers = readonly (() => unknown)[];

/** A sampler of a task and a bucket that answer by turns, the last for ever, and the order they were asked in. */
function sampler(answers: { status: Answers; listing: Answers }) {
  const asked: string[] = [];
  const turn = (what: 'status' | 'listing') => {
    let next = 0;
    return async () => {
      asked.push(what);
      const answer = answers[what][Math.min(next, answers[what].length - 1)];
      next += 1;
      return (await answer?.()) as never;
    };
  };
  const started = DeliverySampler.start({
    client: { describe: turn('status') },
    task: { source: 's', tableName: 't', taskName: 'n' },
    s3: undefined as never,
    bucket: 'lake',
    prefix: 'a/b/day=$dd',
    everyMs: 1,
    listing: { list: turn('listing'), close: () => asked.push('close') },
  });
  const listings = async (count: number) => {
    while (asked.filter((what) => what === 'listing').length < count) await sleep(1);
  };
  return { asked, started, listings };
}

const view = (lsn: string | null, at: string | null = null): Partial<TaskView> => ({
  taskId: 'task',
  deliveredUpTo: lsn === null ? null : { lsn, at },
});
const listed = (...keys: string[]) => keys.map((key) => ({ key, bytes: 1, etag: '' }));
const refused = () => {
  throw new Error('refused');
};

describe('DeliverySampler', () => {
  test('asks for the status first, and tells each key once', async () => {
    const { asked, started, listings } = sampler({
      status: [() => view(null), () => view('1/A', '2026-01-01T00:00:00.5Z')],
      listing: [() => listed('a'), () => listed('a', 'b')],
    });
    await listings(4);
    const samples = await started.stop();
    expect(asked.slice(0, 4)).toEqual(['status', 'listing', 'status', 'listing']);
    expect(samples.slice(0, 3)).toMatchObject([
      { taskId: 'task', lsn: null, atMicros: null, newKeys: ['a'] },
      { lsn: 0x1_0000000an, atMicros: 1_767_225_600_500_000n, newKeys: ['b'] },
      { newKeys: [] },
    ]);
    expect(asked.at(-1)).toBe('close');
  });

  test('leaves out a sample that can not be taken whole', async () => {
    const { started, listings } = sampler({
      status: [refused, () => view('0/1'), () => view('0/2')],
      listing: [refused, () => listed('a')],
    });
    await listings(3);
    const samples = await started.stop();
    expect(samples[0]).toMatchObject({ lsn: 2n, newKeys: ['a'] });
  });

  test('stops while an answer is missing, and a second time', async () => {
    const never = () => new Promise<never>(() => undefined);
    const { started } = sampler({ status: [never], listing: [] });
    expect(await started.stop()).toEqual([]);
    expect(await started.stop()).toEqual([]);
  });
});

test.each([
  ['2026-01-01T00:00:00Z', 0n],
  ['2026-01-01T00:00:00.123Z', 123_000n],
  ['2026-01-01T00:00:00.123456Z', 123_456n],
])('microseconds of %s', (text, micros) => {
  expect(microsOf(text) - BigInt(Date.UTC(2026, 0, 1)) * 1000n).toBe(micros);
});

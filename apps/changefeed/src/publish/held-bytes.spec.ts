import { describe, expect, it } from '@jest/globals';
import type { KafkaConnection } from '@lakeferry/kafka';
import { silentLogger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { HeldBytes } from './held-bytes.js';

/** Lets every sleep pass one turn of the measuring loop, which ends after `turns`. */
async function measure(records: number, published: { records: number; bytes: number } | null) {
  const stop = new AbortController();
  const kafka = {
    topics: {
      watermarks: () => Promise.resolve(new Map([[0, { low: 10n, high: 10n + BigInt(records) }]])),
    },
  } as unknown as KafkaConnection;
  const clock: Clock = {
    now: () => 0,
    sleep: () => {
      stop.abort();
      return Promise.resolve();
    },
  };
  const held = new HeldBytes({
    ...{ kafka, clock, logger: silentLogger, everyMs: 1 },
    ...{ taskBytesMax: 1_000_000, installationBytesMax: 2_000_000 },
  });
  held.track('task', 'name', ['topic']);
  if (published !== null) held.published('task', published.records, published.bytes);
  await held.run(stop.signal);
  return held;
}

describe('HeldBytes', () => {
  it('multiplies what lies between the watermarks with the mean record published', async () => {
    const held = await measure(100, { records: 10, bytes: 50_000 });
    expect(held.bytesOf('task')).toBe(500_000);
    expect(held.isInstallationFull).toBe(false);
  });

  it('assumes a size for what a former process left behind', async () => {
    expect((await measure(10, null)).bytesOf('task')).toBe(10 * 16 * 1024);
  });

  it('lets a scan wait above the budget of its task, and no further', async () => {
    const held = await measure(300, { records: 1, bytes: 5_000 });
    const stop = new AbortController();
    let waited = true;
    const waiting = held.untilScanMayGoOn('task', stop.signal).then(() => (waited = false));
    await Promise.resolve();
    expect(waited).toBe(true);
    stop.abort();
    await waiting;
    const free = await measure(100, { records: 1, bytes: 5_000 });
    await free.untilScanMayGoOn('task', new AbortController().signal);
  });

  it('says when the whole installation is full', async () => {
    expect((await measure(500, { records: 1, bytes: 5_000 })).isInstallationFull).toBe(true);
  });
});

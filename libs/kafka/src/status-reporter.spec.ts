import { describe, expect, test } from '@jest/globals';
import type { EncoderStatus } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { silentLogger } from '@lakeferry/observability';
import { StatusReporter } from './status-reporter.js';

const status = (lane: number, rows: number): EncoderStatus => ({
  kind: 'encoder',
  taskId: 't',
  lane,
  phase: 'rows',
  rows,
  openFiles: 0,
  openBytes: 0,
  error: null,
});

/** A clock whose sleeps end when the test says so. */
class Steps {
  private wake: () => void = () => undefined;
  readonly now = () => 0;

  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async next(): Promise<void> {
    this.wake();
    await new Promise(setImmediate);
  }
}

async function open(failures = 0) {
  const clock = new Steps();
  const published: string[] = [];
  let left = failures;
  const reporter = new StatusReporter({
    clock,
    logger: silentLogger,
    everyMs: 1_000,
    publish: (records) => {
      left -= 1;
      if (left >= 0) return Promise.reject(new DeliveryError('KAFKA_UNAVAILABLE', 'test'));
      published.push(
        records.map(({ key, value }) => `${key} ${JSON.parse(`${value}`).rows}`).join(),
      );
      return Promise.resolve();
    },
  });
  reporter.start();
  await new Promise(setImmediate);
  return { reporter, clock, published };
}

describe('StatusReporter', () => {
  test('publishes the newest of each lane, and nothing twice', async () => {
    const { reporter, clock, published } = await open();
    reporter.report(status(0, 1));
    reporter.report(status(1, 5));
    reporter.report(status(0, 2));
    await clock.next();
    await clock.next();
    expect(published).toEqual(['t/encoder/0 2,t/encoder/1 5']);
    reporter.report(status(0, 3));
    await reporter.stop();
    expect(published.at(-1)).toBe('t/encoder/0 3');
  });

  test('tries again what could not be published', async () => {
    const { reporter, clock, published } = await open(1);
    reporter.report(status(0, 1));
    await clock.next();
    expect(published).toEqual([]);
    reporter.report(status(0, 2));
    await clock.next();
    expect(published).toEqual(['t/encoder/0 2']);
    await reporter.stop();
  });
});

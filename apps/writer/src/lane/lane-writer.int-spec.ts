import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lakeferry/observability';
import { systemClock } from '@lakeferry/runtime';
import { armFailpoint } from '@lakeferry/runtime/testing';
import type { LaneBucket } from '@lakeferry/task-store';
import { eventually } from '@lakeferry/testing';
import { LaneReporter } from '../commit/lane-reporter.js';
import type { FileRecord } from '../file/assembly.js';
import { MemoryBudget } from '../file/memory-budget.js';
import { WriterHarness, makeFile, type WrittenFile } from '../testing/writer-harness.js';
import { LaneWriter } from './lane-writer.js';

const BUCKET: LaneBucket = {
  ...{ epoch: 0, createdAt: null, missing: false, redelivering: false },
  ...{ objects: 0, done: 0, lostObjects: 0, lostRows: 0, changedAt: null },
};

/** Two writers that both believe to own lane 0, on a real ledger and store. */
describe('a zombie writer', () => {
  let harness: WriterHarness;
  let files: WrittenFile[];
  let records: FileRecord[];
  const failures: unknown[] = [];
  const reporters: LaneReporter[] = [];

  beforeEach(async () => {
    harness = await WriterHarness.open();
    files = [2026, 2026, 2025, 2026, 2025, 2024, 2026, 2024].map((year) =>
      makeFile({ lane: 0, prefix: harness.prefix(year), bytes: 50_000 }),
    );
    records = files
      .flatMap((file) => file.records)
      .map(({ key, value, headers }, index) => ({
        offset: BigInt(index),
        key: Buffer.from(String(key)),
        value: Buffer.from(value ?? ''),
        headers: headers ?? {},
      }));
    failures.length = 0;
  }, 30_000);
  afterEach(async () => {
    for (const reporter of reporters.splice(0)) await reporter.quiet();
    await harness[Symbol.asyncDispose]();
    expect(failures).toEqual([]);
  }, 30_000);

  function writer(): LaneWriter {
    const { task, store } = harness;
    const { ledger, buckets: bucketLedger } = harness.control;
    const publisher = { publish: () => Promise.resolve() };
    const shared = { clock: systemClock, logger: silentLogger, ledger, bucketLedger };
    const { taskId, taskName } = task;
    const reporter = new LaneReporter({
      ...{ ...shared, taskId, taskName, lane: 0, destination: 'test', publisher, statusTopic: 's' },
    });
    reporters.push(reporter);
    return new LaneWriter({
      ...shared,
      task,
      partition: {
        index: 0,
        signal: new AbortController().signal,
        commitOffset: () => Promise.resolve(),
        fail: (error) => failures.push(error),
      },
      destination: { name: 'test', store },
      start: undefined,
      bucket: BUCKET,
      from: 0n,
      reporter,
      budget: new MemoryBudget(1024 * 1024),
      holdMs: 1000,
      lookIntervalMs: 60_000,
    });
  }

  it('in parallel with its successor makes no second object', async () => {
    const writers = [writer(), writer(), writer()];
    await Promise.all(writers.map((each) => each.process(records)));
    await harness.untilVisible(files.length);
    const end = BigInt(records.length);
    await eventually(() => writers.every(({ savedOffset }) => savedOffset === end));
    await harness.assertExactly(files);
    for (const each of writers) await each.close();
  }, 30_000);

  it('that wakes up after its successor is done repeats the truth, and moves nothing back', async () => {
    const gate = Promise.withResolvers<void>();
    let held = 0;
    const armed = armFailpoint('writer.after-assign', () => {
      held += 1;
      return gate.promise;
    });
    const zombie = writer();
    const processing = zombie.process(records);
    await eventually(async () => {
      const page = { limit: 10, state: 'assigned' } as const;
      const { objects } = await harness.control.ledger.objects(harness.task.taskId, page);
      return objects.length === 3 && held === 3;
    });
    armed[Symbol.dispose]();
    const successor = writer();
    await successor.process(records);
    await harness.untilVisible(files.length);
    const end = BigInt(records.length);
    await eventually(() => successor.savedOffset === end);
    const before = await harness.keys();
    gate.resolve();
    await processing;
    await eventually(() => zombie.savedOffset === end);
    expect(await harness.keys()).toEqual(before);
    await harness.assertExactly(files);
    const state = await harness.control.ledger.laneState(harness.task.taskId, 0);
    expect(state?.nextOffset).toBe(end);
    await zombie.close();
    await successor.close();
  }, 30_000);
});

import { describe, expect, it } from '@jest/globals';
import type { SourceRoute } from '@lakeferry/contracts';
import { silentLogger } from '@lakeferry/observability';
import { lsnOf, type PgSession } from '@lakeferry/postgres';
import { systemClock } from '@lakeferry/runtime';
import { DesiredTasks } from '../route/desired-tasks.js';
import { SourceRun, type SourceRunOptions } from './source-run.js';

const COPY_DONE = 0x63;
const FROM = lsnOf(0x100n);

/** A replication connection on which nothing ever comes; `reading` tells whether anybody would see it. */
class SilentReplication {
  reading = true;
  readonly session = {
    takeOver: ({ onClosed }: { onClosed: (error: Error | null) => void }) => ({
      write: (bytes: Buffer) => {
        if (bytes[0] === COPY_DONE) onClosed(null);
      },
      pause: () => (this.reading = false),
      resume: () => (this.reading = true),
      giveBack: () => undefined,
      destroy: () => undefined,
    }),
  } as unknown as PgSession;
}

/** The WAL is always ahead of a stream on which nothing comes. */
const SESSION = {
  query: () =>
    Promise.resolve([
      {
        at: '2026-01-01T00:00:00.000000Z',
        ...{ insert_lsn: '0/200', flush_lsn: '0/200', block_bytes: 8192, segment_bytes: 1 << 24 },
      },
    ]),
  close: () => Promise.resolve(),
} as unknown as PgSession;

function open(routes: SourceRoute[] = [], session = SESSION) {
  const heldBytes = {
    isInstallationFull: false,
    tracked: new Map<string, readonly string[]>(),
    track(taskId: string, _taskName: string, topics: readonly string[]) {
      this.tracked.set(taskId, topics);
    },
    forget(taskId: string) {
      this.tracked.delete(taskId);
    },
  };
  const run = new SourceRun({
    source: 'shop',
    names: { slot: 'slot', publication: 'publication' },
    origin: { systemIdentifier: '1', timeline: 1, database: 'shop', slot: 'slot' },
    ...{ from: FROM, session },
    log: {
      state: { position: null, routes: new Map(routes.map((each) => [each.task.taskId, each])) },
      commit: () => Promise.resolve(),
    },
    runtime: {
      ...{ heldBytes, clock: systemClock, logger: silentLogger },
      config: { flushMs: 1, flushBytes: 1024, watermarkMs: 2 },
      desired: new DesiredTasks(silentLogger),
      status: { report: () => undefined },
    },
    onWatermark: () => undefined,
  } as unknown as SourceRunOptions);
  return { run, heldBytes };
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++) await systemClock.sleep(2);
  expect(condition()).toBe(true);
}

describe('SourceRun', () => {
  it('goes on reading when there is room again, though a held stream passes nothing', async () => {
    const { run, heldBytes } = open();
    const replication = new SilentReplication();
    const stop = new AbortController();
    heldBytes.isInstallationFull = true;
    const running = run.run(replication.session, stop.signal);
    await until(() => !replication.reading);
    heldBytes.isInstallationFull = false;
    await until(() => replication.reading);
    stop.abort();
    await running;
  });

  it('ends though the source leaves a statement unanswered', async () => {
    const answer = Promise.withResolvers<never>();
    const closed = () => answer.reject(new Error('Connection terminated'));
    const silent = {
      query: () => answer.promise,
      close: () => Promise.resolve(closed()),
    } as unknown as PgSession;
    const { run } = open([], silent);
    const stop = new AbortController();
    const running = run.run(new SilentReplication().session, stop.signal);
    stop.abort();
    await running;
  });

  it('counts what tasks of former processes hold, for as long as the source is here', async () => {
    const route = {
      v: 1,
      task: { taskId: '0123456789', taskName: 'orders', state: 'paused' },
      ...{ tableOid: 1, key: [], row: [], leafOids: [], plan: null },
      lanes: [{ from: '0/0', count: 1 }],
      halted: { code: 'SOURCE_TABLE_CHANGED', message: '', since: '2026-01-01T00:00:00Z' },
    } as unknown as SourceRoute;
    const { run, heldBytes } = open([route]);
    expect(heldBytes.tracked.get('0123456789')).toEqual([
      'lakeferry.orders-01234567.base',
      'lakeferry.orders-01234567.rows',
    ]);
    const stop = new AbortController();
    stop.abort();
    await run.run(new SilentReplication().session, stop.signal);
    expect(heldBytes.tracked.size).toBe(0);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DuckSession,
  isDeliveredBeyond,
  parseWalPosition,
  scanIsDone,
  TaskClient,
  type TaskRequest,
  type TaskView,
} from '@lakeferry/history';
import { installHttpfs } from '@lakeferry/stack';
import pg from 'pg';
import { compareVersions } from './compare-versions.js';
import { type ComposedSystem, composedSystem } from './composed-system.js';
import { changeOrders, createOrders, ORDERS, readOrders } from './orders-table.js';
import type { Prepared } from './prepare.js';
import { say, step } from './progress.js';

const BUCKET = 'lake';
const DELIVERED_WITHIN_MS = 180_000;
const POLL_MS = 500;
const SHOWN_MAX = 5;

const TASK: TaskRequest = {
  source: 'local',
  tableName: ORDERS.table,
  taskName: 'orders',
  taskType: 'BASE_INC',
  taskConfig: {
    ossPrefix: ORDERS.prefix,
    ossBucket: BUCKET,
    parquetSchema: 'auto',
    eventTimeColumn: { columnName: 'ordered_at' },
    fileAgeSecondsMax: 1,
    lanes: 2,
  },
};

/**
 * Starts the composed system, delivers one table with its changes over the API, compares what lies in the
 * bucket with what was written, and takes everything down, also behind a failure.
 *
 * @throws Error when a version is lost or doubled, or does not arrive in time
 */
export async function deliverOnce({ settings }: Prepared): Promise<void> {
  const system = await composedSystem(settings);
  try {
    await step('docker compose up', () => system.up());
    const { written, delivered } = await step('Delivering one table', () => deliver(system));
    const { lost, doubled } = compareVersions(written, delivered);
    for (const version of lost.slice(0, SHOWN_MAX)) say(`  lost: ${version}`);
    for (const version of doubled.slice(0, SHOWN_MAX)) say(`  doubled: ${version}`);
    const right = written.length - lost.length;
    say(
      `delivered ${right} of ${written.length} row versions, ${lost.length} lost, ${doubled.length} duplicated`,
    );
    if (lost.length + doubled.length > 0) throw new Error('the bucket differs from the table');
  } catch (error) {
    process.stderr.write(await system.logs());
    throw error;
  } finally {
    await step('docker compose down', () => system.down());
  }
}

async function deliver(
  system: ComposedSystem,
): Promise<{ written: string[]; delivered: string[] }> {
  const client = new pg.Client({ connectionString: system.sourceUrl });
  await client.connect();
  try {
    const tasks = new TaskClient(system.restUrl, system.token);
    const base = await createOrders(client);
    await tasks.create(TASK);
    await until(tasks, 'the end of the base scan', scanIsDone);
    const changes = await changeOrders(client);
    const { rows } = await client.query<{ lsn: string }>(
      'SELECT pg_current_wal_insert_lsn() AS lsn',
    );
    const end = parseWalPosition(rows[0]?.lsn ?? '');
    await until(tasks, 'the delivery of every change', (view) => isDeliveredBeyond(view, end));
    const httpfsFile = (await installHttpfs(say)) ?? undefined;
    const duck = await DuckSession.open({ ...system.s3, httpfsFile });
    try {
      return { written: [...base, ...changes], delivered: await readOrders(duck, BUCKET) };
    } finally {
      duck.close();
    }
  } finally {
    await client.end();
  }
}

async function until(
  tasks: TaskClient,
  what: string,
  isReached: (view: TaskView) => boolean,
): Promise<void> {
  const deadline = Date.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    const view = await tasks.describe(TASK);
    if (isReached(view)) return;
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come in time; status: ${JSON.stringify(view)}`);
    }
    await sleep(POLL_MS);
  }
}

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TaskClient, type TaskView } from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  type Failpoint,
  type ServiceName,
  type Services,
  type Stack,
  startServices,
  startStack,
} from '@lakeferry/stack';
import { eventually } from '@lakeferry/testing';
import pg from 'pg';
import { removeTask, untilTask } from './scenario.js';

/** Where each is reached; those of Kafka's transactions where they are reached most surely. */
const REACHED_IN: Readonly<Record<Failpoint, ServiceName>> = {
  'changefeed.after-publication': 'changefeed',
  'changefeed.after-route': 'changefeed',
  'changefeed.after-plan': 'changefeed',
  'changefeed.mid-chunk': 'changefeed',
  'changefeed.after-chunk': 'changefeed',
  'changefeed.after-publish': 'changefeed',
  'changefeed.after-route-off': 'changefeed',
  'kafka.between-sends': 'encoder',
  'kafka.before-offsets': 'changefeed',
  'kafka.before-commit': 'changefeed',
  'kafka.after-commit': 'encoder',
  'encoder.between-files': 'encoder',
  'encoder.before-commit': 'encoder',
  'encoder.after-commit': 'encoder',
  'writer.after-assign': 'writer',
  'writer.between-parts': 'writer',
  'writer.before-complete': 'writer',
  'writer.after-put': 'writer',
  'writer.after-ledger': 'writer',
  'task-api.before-outbox': 'task-api',
  'task-api.after-outbox': 'task-api',
  'task-api.mid-deletion': 'task-api',
};
const FAILPOINTS = Object.entries(REACHED_IN) as [Failpoint, ServiceName][];

const TASK = { source: 'local', tableName: 'public.broken', taskName: 'broken' };
const ROWS = 3000;
/** A file of these is put in parts, and does not fit into one send. */
const ROW_BYTES = 8192;

describe('services whose failpoints are armed', () => {
  let stack: Stack;
  let services: Services;
  let client: TaskClient;

  beforeAll(async () => {
    const dataDir = join(CHECKOUT, '.lakeferry', 'e2e', 'failpoints');
    await clearDataFolder(dataDir);
    stack = await startStack({ dataDir });
    services = await startServices({ stack, failpoints: true });
    client = new TaskClient(services.restUrl);
    await sql('CREATE TABLE broken (id int PRIMARY KEY, noise text)');
    await sql(
      `INSERT INTO broken SELECT id, (SELECT string_agg(md5(id || ' ' || part), '')
         FROM generate_series(1, ${ROW_BYTES / 32}) part) FROM generate_series(1, ${ROWS}) id`,
    );
  }, 180_000);

  afterAll(async () => {
    await services?.stop();
    await stack?.stop();
  }, 60_000);

  async function sql(text: string): Promise<void> {
    const connection = new pg.Client({ connectionString: stack.postgres.url(DATABASES.source) });
    await connection.connect();
    await connection.query(text).finally(() => connection.end());
  }

  const until = (what: string, rows: number) =>
    untilTask({ client, task: TASK, what, wanted: (view) => view.rows >= rows });

  test('reach every one of them, and pass where it says so', async () => {
    for (const [name, service] of FAILPOINTS) services.failpoints(service).arm(name, 'sleep 1');
    await client.create({
      ...TASK,
      taskConfig: {
        ossPrefix: 'broken',
        ossBucket: stack.s3.bucket,
        parquetSchema: 'auto',
        fileAgeSecondsMax: 1,
        lanes: 1,
      },
    });
    await until('the base', ROWS);
    await sql('UPDATE broken SET noise = NULL WHERE id <= 10');
    await until('the changes', ROWS + 10);
    await removeTask(client, TASK);
    const missed = () => FAILPOINTS.filter(([name, at]) => !services.failpoints(at).hit(name));
    await eventually(() => missed().length === 0).catch(() => undefined);
    expect(missed()).toEqual([]);
  }, 300_000);

  test('die where it says so, and what waited is done by the next life', async () => {
    const writer = services.running.get('writer');
    const died = new Promise<void>((resolve) => {
      if (writer !== undefined) writer.onUnexpectedEnd = resolve;
    });
    const { pid } = writer ?? {};
    services.failpoints('writer').arm('writer.after-put', 'kill');
    await client.create({
      ...{ ...TASK, taskName: 'again' },
      taskConfig: { ossPrefix: 'again', ossBucket: stack.s3.bucket, parquetSchema: 'auto' },
    });
    await died;
    expect(services.failpoints('writer').hit('writer.after-put')).toMatchObject({ pid });
    await writer?.start();
    const task = { ...TASK, taskName: 'again' };
    const isThere = (view: TaskView) => view.rows >= ROWS;
    const view = await untilTask({ client, task, what: 'the base', wanted: isThere });
    expect(view.rows).toBe(ROWS);
  }, 200_000);
});

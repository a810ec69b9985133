import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TaskClient, type TaskView } from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  type Failpoint,
  type FailpointOrder,
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

const ROWS = 3000;
const CHANGES = 10;
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
    await sql('CREATE TABLE broken (id int PRIMARY KEY, note text, noise text)');
    await sql(
      `INSERT INTO broken SELECT id, NULL, (SELECT string_agg(md5(id || ' ' || part), '')
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

  const named = (taskName: string) => ({ source: 'local', tableName: 'public.broken', taskName });

  const create = (taskName: string) =>
    client.create({
      ...named(taskName),
      taskConfig: {
        ossPrefix: taskName,
        ossBucket: stack.s3.bucket,
        parquetSchema: 'auto',
        fileAgeSecondsMax: 1,
        lanes: 1,
      },
    });

  const until = (taskName: string, what: string, wanted: (view: TaskView) => boolean) =>
    untilTask({ client, task: named(taskName), what, wanted });

  const untilRows = (taskName: string, rows: number) =>
    until(taskName, `${rows} rows`, (view) => view.rows >= rows);

  test.each<[string, FailpointOrder]>([
    ['pass every one of them', 'sleep 1'],
    ['fail at every one of them, and go on', 'error'],
  ])(
    '%s',
    async (title, order) => {
      const taskName = title.split(' ')[0] ?? '';
      for (const [name, service] of FAILPOINTS) services.failpoints(service).arm(name, order);
      await create(taskName);
      await untilRows(taskName, ROWS);
      await sql(`UPDATE broken SET note = '${taskName}' WHERE id <= ${CHANGES}`);
      const view = await untilRows(taskName, ROWS + CHANGES);
      expect(view.rows).toBe(ROWS + CHANGES);
      await until(taskName, 'no error', ({ errorCode }) => errorCode === 'OK');
      await removeTask(client, named(taskName));
      const missed = () => FAILPOINTS.filter(([name, at]) => !services.failpoints(at).hit(name));
      await eventually(() => missed().length === 0).catch(() => undefined);
      expect(missed()).toEqual([]);
    },
    300_000,
  );

  test('die where it says so, and the next life does what waited', async () => {
    const writer = services.running.get('writer');
    const died = new Promise<void>((resolve) => {
      if (writer !== undefined) writer.onUnexpectedEnd = resolve;
    });
    const { pid } = writer ?? {};
    services.failpoints('writer').arm('writer.after-put', 'kill');
    await create('killed');
    await died;
    expect(services.failpoints('writer').hit('writer.after-put')).toMatchObject({ pid });
    await writer?.start();
    expect((await untilRows('killed', ROWS)).rows).toBe(ROWS);
  }, 200_000);
});

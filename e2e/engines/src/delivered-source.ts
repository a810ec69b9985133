import { join } from 'node:path';
import {
  isDeliveredBeyond,
  parseWalPosition,
  sqlName,
  TaskClient,
  type TaskName,
} from '@lakeferry/history';
import {
  clearDataFolder,
  DATABASES,
  startServices,
  startStack,
  type Stack,
} from '@lakeferry/stack';
import { eventually } from '@lakeferry/testing';
import pg from 'pg';
import type { TextRow } from './compare-rows.js';
import { ENGINES_HOME } from './install-engines.js';
import { LAYOUTS, type Layout } from './layouts.js';
import {
  createTableSql,
  insertSql,
  parquetSchema,
  SCANNED,
  SOURCE_COLUMNS,
  SOURCE_TABLE,
} from './source-table.js';
import { valueText } from './value-texts.js';

const STREAMED = 30;
const DELIVERED_MS_MAX = 120_000;

/** A table that was delivered to every layout, and the system that did it. */
export interface DeliveredSource {
  readonly s3: Stack['s3'];
  readonly rows: readonly TextRow[];
  /** Rows of the source for which a condition holds. */
  count(condition: string): Promise<number>;
  statement(taskName: string, engine: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts everything from an empty folder, and delivers. */
export async function deliverSource(say: (line: string) => void): Promise<DeliveredSource> {
  const dataDir = join(ENGINES_HOME, 'data');
  await clearDataFolder(dataDir);
  const stack = await startStack({ dataDir, say });
  let stop = () => stack.stop();
  try {
    const services = await startServices({ stack });
    stop = async () => {
      await services.stop();
      await stack.stop();
    };
    const client = new TaskClient(services.restUrl);
    const url = stack.postgres.url(DATABASES.source);
    await sql(url, createTableSql());
    await sql(url, insertSql(1, SCANNED));
    for (const layout of LAYOUTS) await createTask(client, stack, layout);
    await sql(url, insertSql(SCANNED + 1, SCANNED + STREAMED));
    const end = await sql(url, 'SELECT pg_current_wal_lsn()::text');
    for (const layout of LAYOUTS) {
      await untilDelivered(client, nameOf(layout.taskName), parseWalPosition(String(end[0]?.[0])));
    }
    return {
      s3: stack.s3,
      rows: await sql(url, sourceQuery()),
      count: async (condition) =>
        Number((await sql(url, `SELECT count(*) FROM ${SOURCE_TABLE} WHERE ${condition}`))[0]?.[0]),
      statement: (taskName, engine) => client.statement(nameOf(taskName), engine),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const nameOf = (taskName: string): TaskName => ({
  ...{ source: 'local', tableName: SOURCE_TABLE, taskName },
});

async function createTask(client: TaskClient, { s3 }: Stack, layout: Layout): Promise<void> {
  const { taskName, prefix } = layout;
  await client.create({
    ...nameOf(taskName),
    taskConfig: {
      ...{ ossPrefix: prefix, ossBucket: s3.bucket, region: s3.region, ossEndpoint: s3.endpoint },
      ...{ parquetSchema: parquetSchema(layout), eventTimeColumn: { columnName: 'at' } },
      fileAgeSecondsMax: 1,
    },
  });
  await eventually(async () => (await client.describe(nameOf(taskName))).c !== null, {
    ...{ deadlineMs: DELIVERED_MS_MAX, what: `the start of ${taskName}` },
  });
}

async function untilDelivered(client: TaskClient, name: TaskName, lsn: bigint): Promise<void> {
  await eventually(async () => isDeliveredBeyond(await client.describe(name), lsn), {
    ...{ deadlineMs: DELIVERED_MS_MAX, everyMs: 300, what: `delivery of ${name.taskName}` },
  });
  const { dirty } = (await client.describe(name)) as unknown as { dirty: number };
  if (dirty > 0) throw new Error(`${name.taskName} has ${dirty} dirty fields`);
}

/** Every column as text, in the order of the schema. */
function sourceQuery(): string {
  const texts = SOURCE_COLUMNS.map(
    ({ column, kind, expected }) => expected ?? valueText('postgres', kind, sqlName(column)),
  );
  return `SELECT ${texts.join(', ')} FROM ${SOURCE_TABLE} ORDER BY id`;
}

async function sql(url: string, text: string): Promise<(string | null)[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET TimeZone = 'UTC'");
    const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

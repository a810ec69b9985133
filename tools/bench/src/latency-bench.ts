import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckSession, TaskClient, type S3Access } from '@lakeferry/history';
import {
  CHECKOUT,
  clearDataFolder,
  DATABASES,
  installHttpfs,
  startServices,
  startStack,
  type Services,
  type Stack,
} from '@lakeferry/stack';
import pg from 'pg';
import type { LatencyOptions } from './bench-options.js';
import { distributionOf, histogramLines } from './distribution.js';
import { ObjectWatch } from './object-watch.js';
import { writeSteadily, type Committed } from './steady-writer.js';

const DATA_DIR = join(CHECKOUT, '.lakeferry', 'bench');
const TABLE = 'public.steady';
const TASK = { source: 'local', tableName: TABLE, taskName: 'latency' } as const;
const PREFIX = 'latency';
const WAIT_MS_MAX = 15 * 60_000;
const EVERY_MS = 200;
const WARM_UP_SECONDS = 5;
const BARS = 12;

/** Time from the commit of a row to the listing that has its object, at a steady rate. */
export class LatencyBench {
  private stack: Stack | null = null;
  private services: Services | null = null;

  constructor(
    private readonly options: LatencyOptions,
    private readonly say: (line: string) => void,
  ) {}

  async run(): Promise<void> {
    const { rowsPerSecond, seconds, fileAgeSeconds } = this.options;
    await clearDataFolder(DATA_DIR);
    const httpfsFile = (await installHttpfs(this.say)) ?? undefined;
    this.say('Starting servers and services …');
    const stack = (this.stack = await startStack({ dataDir: DATA_DIR }));
    const services = (this.services = await startServices({ stack }));
    const url = stack.postgres.url(DATABASES.source);
    const client = new TaskClient(services.restUrl);
    await makeTable(url);
    const age = fileAgeSeconds === null ? {} : { fileAgeSecondsMax: fileAgeSeconds };
    await client.create({
      ...TASK,
      taskType: 'INC',
      taskConfig: { ossPrefix: PREFIX, ossBucket: stack.s3.bucket, parquetSchema: 'auto', ...age },
    });
    await until('the start of the task', async () => (await client.describe(TASK)).c !== null);
    const watch = new ObjectWatch(stack.s3, `${PREFIX}/`);
    this.say(`Writing ${rowsPerSecond} rows a second for ${seconds} s …`);
    const committed = await writeSteadily({
      ...{ url, table: TABLE, rowsPerSecond, seconds: WARM_UP_SECONDS + seconds },
      onProgress: () => undefined,
    });
    const rows = committed.at(-1)?.last ?? 0;
    await until('the last row', async () => (await client.describe(TASK)).rows >= rows);
    await watch.stop();
    const s3 = { ...stack.s3, httpfsFile };
    const { latencies, objects } = await measure({ s3, bucket: stack.s3.bucket, watch, committed });
    this.report(latencies, objects);
  }

  async stop(): Promise<void> {
    await this.services?.stop();
    await this.stack?.stop();
  }

  private report(latencies: readonly number[], objects: number): void {
    const { rowsPerSecond, fileAgeSeconds } = this.options;
    const { count, min, p50, p90, p99, max } = distributionOf(latencies);
    const figures = { min, p50, p90, p99, max };
    const age =
      fileAgeSeconds === null ? 'the default file age' : `a file age of ${fileAgeSeconds} s`;
    this.say(
      `\nFrom commit to queryable, ${count.toLocaleString('en')} rows in ${objects} objects, ` +
        `${rowsPerSecond.toLocaleString('en')} rows/s, ${age}:\n`,
    );
    for (const line of histogramLines(latencies, BARS, 's')) this.say(line);
    const cells = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(2)} s`);
    this.say(`\n  ${cells.join('   ')}`);
  }
}

/** Rows of the warm-up, in which code is compiled and connections are made, do not count. */
async function measure(of: {
  s3: S3Access;
  bucket: string;
  watch: ObjectWatch;
  committed: readonly Committed[];
}): Promise<{ latencies: number[]; objects: number }> {
  const { s3, bucket, watch, committed } = of;
  const from = (committed[0]?.atMs ?? 0) + WARM_UP_SECONDS * 1000;
  const commitOf = new Map<number, number>();
  for (const { first, last, atMs } of committed) {
    for (let id = first; id <= last; id += 1) commitOf.set(id, atMs);
  }
  const session = await DuckSession.open(s3);
  try {
    const rows = await session.rows(
      `SELECT id, filename FROM read_parquet('s3://${bucket}/${PREFIX}/*', filename = true)`,
    );
    if (rows.length !== commitOf.size) {
      throw new Error(`${commitOf.size} rows were committed, ${rows.length} are in the bucket`);
    }
    const latencies = rows.flatMap(({ id, filename }) => {
      const key = String(filename).slice(`s3://${bucket}/`.length);
      const committedAt = commitOf.get(Number(id)) ?? Number.NaN;
      const seenAt = watch.seenAtMs.get(key) ?? Number.NaN;
      return committedAt < from ? [] : [(seenAt - committedAt) / 1000];
    });
    return { latencies, objects: watch.seenAtMs.size };
  } finally {
    session.close();
  }
}

async function makeTable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `CREATE TABLE ${TABLE} (id bigint PRIMARY KEY, note text, amount double precision, at timestamptz)`,
  );
  await client.end();
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    if (Date.now() > end)
      throw new Error(`${what} did not come within ${WAIT_MS_MAX / 60_000} min`);
    await sleep(EVERY_MS);
  }
}

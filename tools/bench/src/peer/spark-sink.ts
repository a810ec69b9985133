import { randomBytes } from 'node:crypto';
import { DuckSession, sqlText, type S3Access } from '@lakeferry/history';
import type { BenchTable } from '../load/tables.js';
import type { Contestant, Measured } from '../series/measured.js';
import { catchUpContestant, type CatchUpContestant } from './debezium-catch-up.js';
import { assertRows, PeerRun, type PeerRunOptions } from './peer-run.js';
import type { SparkProcess } from './spark-process.js';
import { sparkSchema } from './spark-schema.js';

export interface SparkSinkOptions extends Omit<PeerRunOptions, 'table'> {
  readonly table: BenchTable;
  readonly spark: SparkProcess;
  readonly s3: S3Access & { readonly bucket: string };
  /** Folder of the bucket with a folder for each run. */
  readonly folder: string;
  /** Removes the objects below a folder of the bucket. */
  readonly clear: (folder: string) => Promise<void>;
}

/** Something that was filled once and has to be removed in the end. */
export interface FilledContestant extends Contestant {
  abandon(): Promise<void>;
}

/** Spark alone: from a topic that Debezium has filled, once for all rounds, to Parquet in the store. */
export function sparkSink(options: SparkSinkOptions): FilledContestant {
  let filled: PeerRun | null = null;
  return {
    name: 'Kafka → Spark → Parquet',
    run: async () => {
      const run = (filled ??= await fill(options));
      return measureSink({ options, run, once: true, begin: async () => undefined });
    },
    abandon: async () => {
      const run = filled;
      filled = null;
      await run?.close();
    },
  };
}

/** Both halves at once, in the base scan: from the connector's making to the last row in the store. */
export function wholePeerBase(options: SparkSinkOptions): Contestant {
  return {
    name: 'Debezium → Kafka → Spark → Parquet',
    run: async () => {
      const run = await PeerRun.open(runOptions(options), 'initial');
      try {
        return await measureSink({ options, run, once: false, begin: () => run.create() });
      } finally {
        await run.close();
      }
    },
  };
}

/** Both halves at once, in catch-up; see `debeziumCatchUp`. */
export function wholePeerCatchUp(options: SparkSinkOptions): CatchUpContestant {
  return catchUpContestant({
    name: 'Debezium → Kafka → Spark → Parquet',
    options: runOptions(options),
    measure: (run) => measureSink({ options, run, once: false, begin: () => run.resume() }),
  });
}

function runOptions(options: SparkSinkOptions): PeerRunOptions {
  return { ...options, table: options.table.name };
}

async function fill(options: SparkSinkOptions): Promise<PeerRun> {
  const run = await PeerRun.open(runOptions(options), 'initial');
  try {
    await run.fill();
    return run;
  } catch (error) {
    await run.close().catch(() => undefined);
    throw error;
  }
}

async function measureSink(of: {
  readonly options: SparkSinkOptions;
  readonly run: PeerRun;
  readonly once: boolean;
  /** What begins the flow of rows behind a query that follows the topic. */
  readonly begin: () => Promise<void>;
}): Promise<Measured> {
  const { options, run, once, begin } = of;
  const { spark, stack, s3, rows, table, events = 'whole', clear } = options;
  const folder = `${options.folder}/${randomBytes(4).toString('hex')}`;
  const order = {
    ...{ brokers: stack.brokers, topic: run.topic, rows, once },
    ...sparkSchema(table, events),
    output: `s3a://${s3.bucket}/${folder}`,
  };
  const others = { spark: spark.pid, s3: pidOfStore(options) };
  let batches = 0;
  try {
    // A query that follows is running beforehand, as it would be; one that reads once is what is timed.
    const following = once ? null : await spark.follow(order);
    const timed = await run.time(others, async () => {
      await begin();
      const { written } = following ?? (await spark.follow(order));
      ({ batches } = await written);
    });
    const output = await readOutput(s3, folder);
    assertRows(folder, output.rows, rows);
    return { ...timed, rows: output.rows, figures: { ...run.sizes(), ...output.figures, batches } };
  } finally {
    await clear(folder);
  }
}

/** Rows in the store, by an independent reader. */
async function readOutput(
  s3: SparkSinkOptions['s3'],
  folder: string,
): Promise<{ rows: number; figures: Record<string, number> }> {
  const session = await DuckSession.open(s3);
  try {
    const from = sqlText(`s3://${s3.bucket}/${folder}/*.parquet`);
    const [found] = await session.rows(
      `SELECT count(*) AS rows, count(DISTINCT id) AS keys, count(DISTINCT filename) AS objects
       FROM read_parquet(${from}, filename = true)`,
    );
    const of = (name: string) => Number(found?.[name]);
    const duplicateRows = of('rows') - of('keys');
    return { rows: of('rows'), figures: { objects: of('objects'), duplicateRows } };
  } finally {
    session.close();
  }
}

function pidOfStore({ stack }: SparkSinkOptions): number {
  const { pid } = stack.servers.s3;
  if (pid === undefined) throw new Error('the store does not run');
  return pid;
}

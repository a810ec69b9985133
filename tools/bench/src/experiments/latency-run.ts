import { DuckSession, sqlText } from '@lakeferry/history';
import { until, type BenchSystem } from '../bench-system.js';
import { writeSteadily, type Committed } from '../load/steady-writer.js';
import type { BenchTable } from '../load/tables.js';
import { ObjectWatch } from '../meter/object-watch.js';
import { untilDelivered } from './delivered-rows.js';

/** A load at a steady rate, and a task that follows it. */
export interface LatencyLoad {
  readonly rowsPerSecond: number;
  readonly seconds: number;
  /** `fileAgeSecondsMax` of the task; null for the default. */
  readonly fileAgeSeconds: number | null;
}

export interface LatencyRun {
  /** Seconds from the commit of each row to the first listing that has its object. */
  readonly latencies: readonly number[];
  readonly objects: number;
}

export interface LatencyPlace {
  readonly table: BenchTable;
  /** Of the task, and of the folder of its objects. */
  readonly name: string;
  /** Key of the first row. */
  readonly first: number;
}

const START_MS_MAX = 60_000;
/** In which code is compiled and connections are made: its rows do not count. */
const WARM_UP_SECONDS = 5;

/** Rows that `runLatency` writes for a load. Pure. */
export function rowsOf({ rowsPerSecond, seconds }: LatencyLoad): number {
  return Math.round(rowsPerSecond * (seconds + WARM_UP_SECONDS));
}

/** Time from the commit of a row to the listing that has its object, at a steady rate. */
export async function runLatency(
  system: BenchSystem,
  load: LatencyLoad,
  place: LatencyPlace,
): Promise<LatencyRun> {
  const { table, name: taskName, first } = place;
  const task = { source: 'local', tableName: table.name, taskName };
  const age = load.fileAgeSeconds === null ? {} : { fileAgeSecondsMax: load.fileAgeSeconds };
  await system.tasks.create({
    ...{ ...task, taskType: 'INC' },
    taskConfig: { ossPrefix: taskName, ossBucket: system.s3.bucket, parquetSchema: 'auto', ...age },
  });
  const hasStarted = async () => (await system.tasks.describe(task)).c !== null;
  await until('the start of the task', START_MS_MAX, hasStarted);
  const watch = new ObjectWatch(system.s3, `${taskName}/`);
  const seconds = WARM_UP_SECONDS + load.seconds;
  const committed = await writeSteadily(system.sql, {
    ...{ table, first, seconds },
    rowsPerSecond: load.rowsPerSecond,
  });
  await untilDelivered(system, task, rowsOf(load));
  await watch.stop();
  const run = {
    latencies: await latenciesOf(system, { taskName, watch, committed }),
    objects: watch.seenAtMs.size,
  };
  await system.removeTask(task);
  await system.clear(taskName);
  return run;
}

async function latenciesOf(
  system: BenchSystem,
  of: {
    readonly taskName: string;
    readonly watch: ObjectWatch;
    readonly committed: readonly Committed[];
  },
): Promise<number[]> {
  const { taskName, watch, committed } = of;
  const from = (committed[0]?.atMs ?? 0) + WARM_UP_SECONDS * 1000;
  const commitOf = new Map<number, number>();
  for (const { first, last, atMs } of committed) {
    for (let id = first; id <= last; id += 1) commitOf.set(id, atMs);
  }
  const root = `s3://${system.s3.bucket}/`;
  const session = await DuckSession.open(system.s3);
  try {
    const rows = await session.rows(
      `SELECT id, filename FROM read_parquet(${sqlText(`${root}${taskName}/**`)}, filename = true)`,
    );
    if (rows.length !== commitOf.size) {
      throw new Error(`${commitOf.size} rows were committed, ${rows.length} are in the bucket`);
    }
    return rows.flatMap(({ id, filename }) => {
      const committedAt = commitOf.get(Number(id)) ?? Number.NaN;
      const seenAt = watch.seenAtMs.get(String(filename).slice(root.length)) ?? Number.NaN;
      return committedAt < from ? [] : [(seenAt - committedAt) / 1000];
    });
  } finally {
    session.close();
  }
}

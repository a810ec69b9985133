import { DuckSession, sqlText, type TaskName } from '@lakeferry/history';
import { until, type BenchSystem } from '../bench-system.js';

const WAIT_MS_MAX = 10 * 60_000;

/** @throws Error when they don't come in time, with what the task says about itself */
export async function untilDelivered(
  system: BenchSystem,
  task: TaskName,
  rows: number,
): Promise<void> {
  const have = async () => (await system.tasks.describe(task)).rows >= rows;
  await until(`row ${rows} of ${task.taskName}`, WAIT_MS_MAX, have).catch(
    async (error: unknown) => {
      const { errorCode, message } = await system.tasks.describe(task);
      throw new Error(`${String(error)} (${errorCode}: ${message ?? ''})`, { cause: error });
    },
  );
}

/**
 * Rows in the objects of a folder, by an independent reader.
 *
 * @throws Error when a key is there twice: figures of a delivery that is wrong tell nothing
 */
export async function countDelivered(system: BenchSystem, folder: string): Promise<number> {
  const session = await DuckSession.open(system.s3);
  try {
    const from = sqlText(`s3://${system.s3.bucket}/${folder}/**`);
    const [found] = await session.rows(
      `SELECT count(*) AS rows, count(DISTINCT id) AS keys FROM read_parquet(${from})`,
    );
    const { rows, keys } = { rows: Number(found?.['rows']), keys: Number(found?.['keys']) };
    if (rows !== keys) throw new Error(`${folder} has ${rows} rows with ${keys} keys`);
    return rows;
  } finally {
    session.close();
  }
}

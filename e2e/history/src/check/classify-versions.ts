import type { DuckSession } from '../duck-session.js';
import type { CheckedTask } from './check-options.js';

/**
 * Says of each version whether the task must deliver it (`required`), may (`optional`) or must not
 * (`forbidden`), in view `judged`. With C the start of the task and E the end of its scan:
 *
 * - born at or after C: required; not in a BASE task when born at or after E, where the task ends;
 * - there at C (born before it, not ended before it): required, unless it was ended between C and E:
 *   then the scan may have met it or its successor, and it is optional. Without E any end counts;
 * - ended before C: forbidden;
 * - an INC task has no scan: everything born before C is forbidden;
 * - of a task that ended early, what is born where it ended or later is optional instead of required.
 */
export async function classifyVersions(session: DuckSession, task: CheckedTask): Promise<void> {
  await session.run(
    `CREATE VIEW judged AS SELECT * REPLACE (${earlySql(task)} AS class)
     FROM (SELECT *, ${classSql(task)} AS class FROM versions)`,
  );
}

function earlySql({ endedAt }: CheckedTask): string {
  if (endedAt === undefined) return 'class';
  const beyond = endedAt === null ? 'true' : `born_lsn >= ${endedAt}`;
  return `CASE WHEN class = 'required' AND ${beyond} THEN 'optional' ELSE class END`;
}

function classSql(task: CheckedTask): string {
  const { c, scanEnd } = task;
  const present =
    `CASE WHEN ended_lsn < ${c} THEN 'forbidden' ` +
    `WHEN ended_lsn ${scanEnd === undefined ? 'IS NOT NULL' : `< ${scanEnd}`} THEN 'optional' ` +
    `ELSE 'required' END`;
  switch (task.taskType) {
    case 'INC':
      return `CASE WHEN born_lsn >= ${c} THEN 'required' ELSE 'forbidden' END`;
    case 'BASE':
      if (scanEnd === undefined) throw new Error('a BASE task is judged by the end of its scan');
      return `CASE WHEN born_lsn >= ${scanEnd} THEN 'forbidden' WHEN born_lsn >= ${c} THEN 'required' ELSE ${present} END`;
    case 'BASE_INC':
      return `CASE WHEN born_lsn >= ${c} THEN 'required' ELSE ${present} END`;
    default:
      return task.taskType satisfies never;
  }
}

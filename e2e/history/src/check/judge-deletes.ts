import type { DuckSession } from '../duck-session.js';
import type { CheckedTask } from './check-options.js';

/** Text of a position, as `$lsn` has it. */
export function lsnText(position: string): string {
  return `printf('%X/%X', ${position} >> 32, ${position} & 4294967295)`;
}

/**
 * Committed deletes in view `judged_deletes`: the key, the position of the commit as text (`commit_lsn`) and as a
 * number (`commit_at`), and whether the task must deliver a row for it (`required`), may (`optional`: beyond the
 * early end of the task) or must not (`forbidden`). Deletes come from the stream only: those committed before C, or
 * in a BASE task at or after the end of its scan, are not its.
 */
export async function judgeDeletes(session: DuckSession, task: CheckedTask): Promise<void> {
  const { c, scanEnd, taskType, endedAt } = task;
  const end = taskType === 'BASE' && scanEnd !== undefined ? ` AND lsn < ${scanEnd}` : '';
  const due = endedAt === undefined ? 'true' : endedAt === null ? 'false' : `lsn < ${endedAt}`;
  await session.run(
    `CREATE VIEW judged_deletes AS
     SELECT key, ${lsnText('lsn')} AS commit_lsn, lsn AS commit_at, rank,
       make_timestamp(committed_at_us) AS committed_at,
       CASE WHEN NOT (lsn >= ${c}${end}) THEN 'forbidden' WHEN ${due} THEN 'required' ELSE 'optional' END AS class
     FROM changes WHERE version IS NULL`,
  );
  await session.run(
    `CREATE VIEW delete_counts AS
     SELECT key, commit_lsn, coalesce(wanted, 0) AS wanted, coalesce(allowed, 0) AS allowed,
       coalesce(times, 0) AS times
     FROM (SELECT key, commit_lsn, count(*) FILTER (class = 'required') AS wanted, count(*) AS allowed
           FROM judged_deletes WHERE class <> 'forbidden' GROUP BY ALL)
     FULL JOIN (SELECT key, lsn AS commit_lsn, count(*) AS times FROM deleted GROUP BY ALL) USING (key, commit_lsn)`,
  );
}

const sample = `format('delete of key {} at {}: {} rows, {} committed', key, commit_lsn, times, wanted) AS sample`;

/** Further rows of (offences, sample) for offences that deletes can show too. */
export const DELETE_OFFENCES = {
  lost: `SELECT wanted - times AS offences, ${sample} FROM delete_counts WHERE times < wanted`,
  doubled: `SELECT times - allowed AS offences, ${sample} FROM delete_counts
    WHERE allowed > 0 AND times > allowed`,
  unexpected: `SELECT times AS offences, ${sample} FROM delete_counts WHERE allowed = 0`,
} as const;

/** Delivered deletes whose place in the order of commits is known: one of its key in its transaction. */
export const RANKED_DELETES = `SELECT object_id, place, key, NULL AS version, rank FROM deleted d
  JOIN (SELECT key, commit_lsn, any_value(rank) AS rank FROM judged_deletes
        GROUP BY key, commit_lsn HAVING count(*) = 1) j USING (key) WHERE j.commit_lsn = d.lsn`;

/** Delivered deletes with their object, place and time of commit. */
export const TIMED_DELETES = `SELECT d.key, o.key AS object, o.prefix, place,
    j.committed_at
  FROM deleted d JOIN objects o USING (object_id)
  JOIN (SELECT DISTINCT key, commit_lsn, committed_at FROM judged_deletes) j ON j.key = d.key AND j.commit_lsn = d.lsn`;

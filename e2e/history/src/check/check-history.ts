import { DuckSession } from '../duck-session.js';
import type { CheckOptions } from './check-options.js';
import { classifyVersions } from './classify-versions.js';
import { findOffences } from './find-offences.js';
import type { HistoryReport, Offence } from './history-report.js';
import { judgeDeletes } from './judge-deletes.js';
import { loadHistory } from './load-history.js';
import { loadObjects } from './load-objects.js';

/**
 * Compares what is in the bucket with what was committed, and nothing else: it knows the names of
 * objects and their columns, the journal, and the commit order of the source's own log.
 */
export async function checkHistory(options: CheckOptions): Promise<HistoryReport> {
  const session = await DuckSession.open(options.s3);
  try {
    return await checkHistoryIn(session, options);
  } finally {
    session.close();
  }
}

/**
 * As `checkHistory`, leaving relations in the session for further questions: `objects` (object_id, file, key,
 * lane, prefix, sequence), `delivered` (rows by object_id), and `expected`: the versions as they were committed that
 * should be in the bucket, optional ones if they are.
 */
export async function checkHistoryIn(
  session: DuckSession,
  options: CheckOptions,
): Promise<HistoryReport> {
  await loadHistory(session, options);
  await classifyVersions(session, options.task);
  const found = await loadObjects(session, options);
  if (options.columns.deletes !== undefined) await judgeDeletes(session, options.task);
  const offences: Partial<Record<Offence, number>> = { torn: found.torn.length };
  const samples: Partial<Record<Offence, readonly string[]>> = { torn: found.torn.slice(0, 5) };
  await findOffences(session, options, (offence, count, some) => {
    offences[offence] = count;
    samples[offence] = some;
  });
  await session.run(
    `CREATE VIEW expected AS SELECT judged.* FROM judged LEFT JOIN appearances USING (version)
     WHERE class = 'required' OR (class = 'optional' AND times IS NOT NULL)`,
  );
  const [totals] = await session.rows(
    `SELECT count(*) FILTER (class = 'required') AS required,
            count(*) FILTER (class = 'optional') AS optional,
            count(*) FILTER (class = 'required' AND times IS NOT NULL) AS delivered,
            count(*) FILTER (class = 'optional' AND times IS NOT NULL) AS optional_delivered
     FROM judged LEFT JOIN appearances USING (version)`,
  );
  return {
    required: Number(totals?.['required'] ?? 0),
    optional: Number(totals?.['optional'] ?? 0),
    delivered: Number(totals?.['delivered'] ?? 0),
    optionalDelivered: Number(totals?.['optional_delivered'] ?? 0),
    deletes: options.columns.deletes === undefined ? null : await countDeletes(session),
    rows: await session.count('SELECT count(*) FROM delivered'),
    objects: found.objects,
    foreign: found.foreign,
    offences: offences as Record<Offence, number>,
    samples: samples as Record<Offence, readonly string[]>,
  };
}

async function countDeletes(session: DuckSession): Promise<HistoryReport['deletes']> {
  return {
    required: await session.count('SELECT coalesce(sum(wanted), 0) FROM delete_counts'),
    delivered: await session.count(
      'SELECT coalesce(sum(least(wanted, times)), 0) FROM delete_counts',
    ),
  };
}

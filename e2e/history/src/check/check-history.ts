import { DuckSession } from '../duck-session.js';
import type { CheckOptions } from './check-options.js';
import { classifyVersions } from './classify-versions.js';
import { compareLedger } from './compare-ledger.js';
import { findOffences } from './find-offences.js';
import { type HistoryReport, type Offence, OFFENCES } from './history-report.js';
import { judgeDeletes } from './judge-deletes.js';
import { loadSamples, stepsBack } from './judge-samples.js';
import { loadHistory } from './load-history.js';
import { type FoundObjects, loadObjects } from './load-objects.js';

const SAMPLES_MAX = 5;

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
 * lane, prefix, sequence, bytes), `delivered` (rows by object_id), and `expected`: the versions as they were committed that
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
  const { samples: taken = [], task } = options;
  await loadSamples(session, taken, task.taskId);
  const offences = Object.fromEntries(OFFENCES.map((offence) => [offence, 0]));
  const samples = Object.fromEntries(OFFENCES.map((offence) => [offence, [] as readonly string[]]));
  const told = {
    torn: found.torn.map(({ file, reason }) => `${file}: ${reason}`),
    overwritten: found.overwritten,
    ledger: await ledgerOffences(session, options, found),
    backwards: stepsBack(taken),
  };
  for (const [offence, words] of Object.entries(told)) {
    offences[offence] = words.length;
    samples[offence] = words.slice(0, SAMPLES_MAX);
  }
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

async function ledgerOffences(
  session: DuckSession,
  { ledger, columns }: CheckOptions,
  found: FoundObjects,
): Promise<string[]> {
  if (ledger === undefined) return [];
  const both = columns.deletes === undefined ? '' : 'UNION ALL SELECT object_id FROM deleted';
  const objects = await session.rows(
    `SELECT o.key, lane, bytes, file, count(r.object_id) AS rows FROM objects o
     LEFT JOIN (SELECT object_id FROM delivered ${both}) r USING (object_id)
     WHERE file IS NOT NULL GROUP BY ALL ORDER BY o.key`,
  );
  const torn = new Set(found.torn.map(({ file }) => file));
  const withRows = objects.map((object) => ({
    key: String(object['key']),
    lane: Number(object['lane']),
    bytes: Number(object['bytes']),
    rows: torn.has(String(object['file'])) ? null : Number(object['rows']),
  }));
  return compareLedger(ledger, [...withRows, ...found.dirty]);
}

async function countDeletes(session: DuckSession): Promise<HistoryReport['deletes']> {
  return {
    required: await session.count('SELECT coalesce(sum(wanted), 0) FROM delete_counts'),
    delivered: await session.count(
      'SELECT coalesce(sum(least(wanted, times)), 0) FROM delete_counts',
    ),
  };
}

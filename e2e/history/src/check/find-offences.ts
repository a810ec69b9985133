import { type DuckSession, sqlText } from '../duck-session.js';
import type { CheckedTask, CheckOptions } from './check-options.js';
import type { Offence } from './history-report.js';
import { DELETE_OFFENCES, lsnText, RANKED_DELETES, TIMED_DELETES } from './judge-deletes.js';
import { value } from './load-history.js';
import { aheadSql } from './judge-samples.js';
import { finestUnit, prefixFormat } from './prefix-format.js';

const SAMPLES_MAX = 5;

type Found = (offence: Offence, count: number, samples: readonly string[]) => void;

/**
 * Looks for every offence of rows and sequences, by set operations. Leaves table `appearances`: how often
 * each version is in the objects.
 */
export async function findOffences(
  session: DuckSession,
  options: CheckOptions,
  found: Found,
): Promise<void> {
  await session.run(
    'CREATE TABLE appearances AS SELECT version, count(*) AS times FROM delivered GROUP BY version',
  );
  for (const [offence, versions] of Object.entries(questions(options))) {
    const ofDeletes = (DELETE_OFFENCES as Readonly<Record<string, string>>)[offence];
    const both = options.columns.deletes !== undefined && ofDeletes !== undefined;
    const question = both ? `${versions} UNION ALL ${ofDeletes}` : versions;
    await session.run(`CREATE OR REPLACE TEMP TABLE offence AS ${question}`);
    const count = await session.count('SELECT coalesce(sum(offences), 0) FROM offence');
    const rows = await session.rows(
      `SELECT sample FROM offence ORDER BY sample LIMIT ${SAMPLES_MAX}`,
    );
    found(
      offence as Offence,
      count,
      rows.map((row) => String(row['sample'])),
    );
  }
}

/** Each question gives rows of (offences: a number, sample: words). */
function questions(options: CheckOptions): Partial<Record<Offence, string>> {
  return {
    ...(options.samples !== undefined && {
      ahead: aheadSql(options.columns.deletes !== undefined),
    }),
    lost: `SELECT 1 AS offences, format('version {} of key {}', version, key) AS sample
      FROM judged ANTI JOIN appearances USING (version) WHERE class = 'required'`,
    doubled: `SELECT times - 1 AS offences, format('version {} is there {} times: {}', version, times,
        (SELECT string_agg(o.key || ' row ' || place, ', ' ORDER BY o.key, place)
         FROM delivered d JOIN objects o USING (object_id) WHERE d.version = a.version)) AS sample
      FROM appearances a WHERE times > 1 AND version IS NOT NULL`,
    unexpected: `SELECT 1 AS offences, format('version {} in {} row {}: {}', d.version, o.key, place,
        CASE WHEN j.version IS NULL THEN 'never committed' ELSE 'not of this task' END) AS sample
      FROM delivered d JOIN objects o USING (object_id) LEFT JOIN judged j ON j.version = d.version
      WHERE j.version IS NULL OR j.class = 'forbidden'`,
    altered: alteredSql(options),
    misplaced: misplacedSql(options),
    disorder: disorderSql(options),
    gaps: gapsSql(options),
  };
}

/**
 * Sequences of a lane and folder run from 1 without a gap. A task that follows a deleted one begins anywhere
 * above its predecessor's: what that had given away and not put may still come from a writer that is late.
 */
function gapsSql({ predecessors }: CheckOptions): string {
  const missing =
    predecessors === undefined
      ? 'highest - present'
      : `CASE WHEN is_own THEN highest - lowest + 1 - present +
           greatest(0, coalesce(before, 0) + 1 - lowest) ELSE highest - present END`;
  return `SELECT missing AS offences,
      format('{} lane {}: {} objects, sequences {} to {}', prefix, lane, present, lowest, highest) AS sample
    FROM (SELECT *, ${missing} AS missing
      FROM (SELECT prefix, lane, file IS NOT NULL AS is_own, count(*) AS present,
              min(sequence) AS lowest, max(sequence) AS highest FROM objects GROUP BY ALL)
      LEFT JOIN (SELECT prefix, lane, max(sequence) AS before FROM objects WHERE file IS NULL GROUP BY ALL)
        USING (prefix, lane))
    WHERE missing <> 0`;
}

/** A delivered row in words; a delete has no version. */
const WHAT = `coalesce(format('version {}', version), 'the delete')`;

/** Of keys with more than one row, each row beside the newest before it in its lane and folder. */
function disorderSql({ columns }: CheckOptions): string {
  const versions = `SELECT d.object_id, d.place, d.key, d.version, j.rank
      FROM (SELECT * FROM delivered SEMI JOIN often USING (key)) d JOIN judged j USING (version)`;
  const all = columns.deletes === undefined ? versions : `${versions} UNION ALL ${RANKED_DELETES}`;
  return `WITH often AS MATERIALIZED (SELECT key FROM delivered GROUP BY key HAVING count(*) > 1
          ${columns.deletes === undefined ? '' : 'UNION SELECT key FROM deleted'}),
        several AS MATERIALIZED (${all})
      SELECT 1 AS offences, format('{} of key {} in {} row {}', ${WHAT}, key, object, place) AS sample
      FROM (SELECT d.version, d.key, o.key AS object, d.place, d.rank,
              max(d.rank) OVER (PARTITION BY d.key, o.lane, o.prefix ORDER BY o.sequence, d.place
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest_before
            FROM several d JOIN objects o USING (object_id))
      WHERE rank < newest_before`;
}

function alteredSql(options: CheckOptions): string {
  const compared = options.columns.compared ?? [];
  const told = options.columns.deletes === undefined ? [] : toldOf(options.task.c);
  const pairs: readonly (readonly [name: string, differs: string])[] = [
    ['key', 'd.key IS DISTINCT FROM j.key'],
    ...told,
    ...compared.map(({ name }) => {
      const differs = `d.${quotedDelivered(name)} IS DISTINCT FROM j.${value(name)}`;
      return [name, differs] as const;
    }),
  ];
  const differs = pairs.map(([, each]) => each);
  const names = pairs.map(([name, each]) => `CASE WHEN ${each} THEN ${sqlText(name)} END`);
  return `SELECT 1 AS offences,
      format('version {} in {} row {}: {}', d.version, o.key, place, concat_ws(', ', ${names.join(', ')})) AS sample
    FROM delivered d JOIN objects o USING (object_id) JOIN judged j ON j.version = d.version
    WHERE ${differs.join(' OR ')}`;
}

/** What the metadata columns of a version must tell: rows of the base are of C. */
function toldOf(c: bigint): readonly (readonly [name: string, differs: string])[] {
  const op = `CASE WHEN j.born_lsn < ${c} THEN 'r' WHEN j.replaces IS NULL THEN 'c' ELSE 'u' END`;
  return [
    ['op', `d.op IS DISTINCT FROM ${op}`],
    ['lsn', `d.lsn IS DISTINCT FROM ${lsnText(`greatest(j.born_lsn, ${c})`)}`],
  ];
}

/**
 * Folders are judged by what was committed, not by what the row says. A row without an event time lies by its
 * commit time. By commit time the rows of the base share one time, that of the scan's plan: it is not in the
 * journal, but it must be one folder, and lies between the last commit before C and the first one behind the scan.
 *
 * Rendering a time is slow, so it is done once per span of time that has a folder of its own.
 */
function misplacedSql(options: CheckOptions): string {
  const { task, columns } = options;
  const unit = finestUnit(task.prefix);
  const zone = sqlText(task.timeZone ?? 'UTC');
  const localTime = (time: string) =>
    `date_trunc('${unit}', timezone(${zone}, timezone('UTC', ${time})))`;
  const commit = `CASE WHEN j.born_lsn >= ${task.c} THEN timezone(${zone}, timezone('UTC', j.committed_at)) END`;
  const time =
    columns.eventTime === undefined
      ? commit
      : `coalesce(CAST(j.${value(columns.eventTime)} AS TIMESTAMP), ${commit})`;
  const deletes =
    columns.deletes === undefined
      ? ''
      : `UNION ALL SELECT NULL, key, object, prefix, place,
           ${localTime('committed_at')} FROM (${TIMED_DELETES})`;
  return `WITH timed AS (SELECT d.version, d.key, o.key AS object, o.prefix, place,
          date_trunc('${unit}', ${time}) AS span
        FROM delivered d JOIN objects o USING (object_id) JOIN judged j USING (version) ${deletes}),
      folders AS (SELECT span, strftime(span, ${sqlText(prefixFormat(task.prefix))}) AS folder
        FROM (SELECT DISTINCT span FROM timed WHERE span IS NOT NULL)),
      planned AS (${plannedSql(task, localTime)}),
      placed AS (SELECT timed.*, CASE WHEN timed.span IS NULL THEN planned.folder ELSE folders.folder END AS folder
        FROM timed LEFT JOIN folders USING (span) CROSS JOIN planned)
    SELECT 1 AS offences,
      format('{} of key {} in {} row {} belongs to {}', ${WHAT}, key, object, place, folder) AS sample
    FROM placed WHERE prefix <> folder`;
}

/** The one folder of the rows of the base: the one that most are in, if the plan can have been made then. */
function plannedSql(task: CheckedTask, localTime: (time: string) => string): string {
  const most = 'SELECT mode(prefix) AS folder FROM timed WHERE span IS NULL';
  if (task.scanEnd === undefined) return most;
  const first = localTime(`max(committed_at) FILTER (born_lsn < ${task.c})`);
  const last = localTime(`min(committed_at) FILTER (born_lsn >= ${task.scanEnd})`);
  return `SELECT CASE WHEN list_contains(possible, folder) IS NOT FALSE THEN folder ELSE possible[1] END AS folder
    FROM (${most}), (SELECT list_transform(
        generate_series(${first}, ${last}, INTERVAL 1 ${finestUnit(task.prefix)}),
        lambda t: strftime(t, ${sqlText(prefixFormat(task.prefix))})) AS possible FROM judged)`;
}

function quotedDelivered(name: string): string {
  return `"d_${name.replaceAll('"', '""')}"`;
}

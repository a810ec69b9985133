import type { DeliverySample } from '../bucket/delivery-sampler.js';
import type { DuckSession } from '../duck-session.js';

/**
 * Each step back of what a task said it was delivered up to, in words: of the position and of the time, each for
 * itself, and of a task that no longer says any. Pure.
 */
export function stepsBack(samples: readonly DeliverySample[]): string[] {
  const highest = new Map<string, Pick<DeliverySample, 'lsn' | 'atMicros'>>();
  return samples.flatMap((sample, index) => {
    const before = highest.get(sample.taskId) ?? { lsn: null, atMicros: null };
    highest.set(sample.taskId, {
      lsn: later(before.lsn, sample.lsn),
      atMicros: later(before.atMicros, sample.atMicros),
    });
    return [
      ...(goesBack(before.lsn, sample.lsn)
        ? [`sample ${index} says ${wal(sample.lsn)} after ${wal(before.lsn)}`]
        : []),
      ...(goesBack(before.atMicros, sample.atMicros)
        ? [`sample ${index} says ${time(sample.atMicros)} after ${time(before.atMicros)}`]
        : []),
    ];
  });
}

/**
 * Loads samples into tables `promises` (lsn, sample: the first that says this position or a later one), `promised_times`
 * (the same of at_us), and `sightings` (key, sample: the first that saw it). Only what the judged task said is a
 * promise; what was seen was there, whoever spoke.
 */
export async function loadSamples(
  session: DuckSession,
  samples: readonly DeliverySample[],
  taskId: string | undefined,
): Promise<void> {
  await session.run('CREATE TABLE said (sample INTEGER, lsn BIGINT, at_us BIGINT)');
  await session.run('CREATE TABLE sightings (key VARCHAR, sample INTEGER)');
  const said = await session.connection.createAppender('said');
  const sightings = await session.connection.createAppender('sightings');
  for (const [index, sample] of samples.entries()) {
    for (const key of sample.newKeys) {
      sightings.appendVarchar(key);
      sightings.appendInteger(index);
      sightings.endRow();
    }
    if (taskId !== undefined && sample.taskId !== taskId) continue;
    said.appendInteger(index);
    for (const value of [sample.lsn, sample.atMicros]) {
      if (value === null) said.appendNull();
      else said.appendBigInt(value);
    }
    said.endRow();
  }
  said.closeSync();
  sightings.closeSync();
  for (const [table, column] of [
    ['promises', 'lsn'],
    ['promised_times', 'at_us'],
  ]) {
    await session.run(
      `CREATE TABLE ${table} AS SELECT DISTINCT ${column}, min(sample) OVER (ORDER BY ${column} DESC) AS sample
       FROM said WHERE ${column} IS NOT NULL`,
    );
  }
}

/**
 * Required rows that a sample promised and neither it nor one before it saw the object of; rows that are in no
 * object are lost, whatever was promised.
 */
export function aheadSql(withDeletes: boolean): string {
  const deletes = withDeletes
    ? `UNION ALL SELECT format('the delete of key {} at {}', d.key, d.lsn), j.commit_at, epoch_us(j.committed_at), d.object_id
       FROM deleted d JOIN (SELECT DISTINCT key, commit_lsn, commit_at, committed_at FROM judged_deletes
         WHERE class = 'required') j ON j.key = d.key AND j.commit_lsn = d.lsn`
    : '';
  return `WITH due AS (SELECT format('version {} of key {}', j.version, j.key) AS what, j.born_lsn AS lsn,
        epoch_us(j.committed_at) AS at_us, object_id
      FROM judged j JOIN delivered USING (version) WHERE class = 'required' ${deletes}),
    seen AS (SELECT due.*, o.key AS object, s.sample AS seen FROM due
      JOIN objects o USING (object_id) LEFT JOIN sightings s ON s.key = o.key),
    by_position AS (SELECT seen.*, p.sample AS promised, 'position' AS word
      FROM seen ASOF JOIN promises p ON seen.lsn < p.lsn),
    by_time AS (SELECT seen.*, p.sample AS promised, 'time' AS word
      FROM seen ASOF JOIN promised_times p ON seen.at_us <= p.at_us),
    earliest AS (SELECT what, any_value(object) AS object, min(seen) AS seen, min(promised) AS promised,
        arg_min(word, promised) AS word
      FROM (FROM by_position UNION ALL FROM by_time) GROUP BY what)
    SELECT 1 AS offences, format('{} was promised by sample {}, by its {}, and {} was not there', what, promised, word, object) AS sample
    FROM earliest WHERE seen IS NULL OR seen > promised`;
}

function later(one: bigint | null, other: bigint | null): bigint | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function goesBack(before: bigint | null, now: bigint | null): boolean {
  return before !== null && (now === null || now < before);
}

function wal(position: bigint | null): string {
  if (position === null) return 'no position';
  return `${(position >> 32n).toString(16)}/${(position & 0xffffffffn).toString(16)}`.toUpperCase();
}

function time(micros: bigint | null): string {
  return micros === null ? 'no time' : new Date(Number(micros / 1000n)).toISOString();
}

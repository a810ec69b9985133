import { type DuckSession, sqlText } from '@lakeferry/history';
import type { AnswerRow } from './answer-table.js';
import type { TreeObject } from './object-tree.js';

/** The question that the demo asks the bucket, as anybody with DuckDB would ask it. */
export function bucketQuestion(folder: string): string {
  return `SELECT year, month, count(*) AS flights, round(avg(delay), 3) AS average_delay
FROM read_parquet(${sqlText(`${folder}/**`)}, hive_partitioning = true)
GROUP BY ALL ORDER BY ALL`;
}

export async function askBucket(session: DuckSession, folder: string): Promise<AnswerRow[]> {
  return answer(session, bucketQuestion(folder));
}

/** The same question to what was committed; needs the relations that the checker leaves. */
export async function askJournal(session: DuckSession): Promise<AnswerRow[]> {
  return answer(
    session,
    `SELECT year(v_date) AS year, month(v_date) AS month, count(*) AS flights,
       round(avg(v_delay), 3) AS average_delay FROM expected GROUP BY ALL ORDER BY ALL`,
  );
}

async function answer(session: DuckSession, question: string): Promise<AnswerRow[]> {
  const rows = await session.rows(question);
  return rows.map((row) => ({
    month: `${Number(row['year'])}-${String(Number(row['month'])).padStart(2, '0')}`,
    flights: Number(row['flights']),
    averageDelay: Number(row['average_delay']),
  }));
}

/** Every object with its rows and size; needs the relations that the checker leaves. */
export async function bucketObjects(session: DuckSession, folder: string): Promise<TreeObject[]> {
  const rows = await session.rows(
    `SELECT o.key, count(d.version) AS rows, any_value(b.size) AS bytes
     FROM objects o JOIN (SELECT filename, size FROM read_blob(${sqlText(`${folder}/**`)})) b ON b.filename = o.file
     LEFT JOIN delivered d USING (object_id) GROUP BY o.key`,
  );
  return rows.map((row) => ({
    key: String(row['key']),
    rows: Number(row['rows']),
    bytes: Number(row['bytes']),
  }));
}

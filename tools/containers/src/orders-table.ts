import type { DuckSession } from '@lakeferry/history';
import type pg from 'pg';

/** A small table of every kind of value, and the row versions that it went through. */
export const ORDERS = { table: 'public.orders', prefix: 'orders/year=$yyyy/month=$MM' } as const;

const BASE_ROWS = 1000;
const INSERTED_ROWS = 200;
const UPDATED_ROWS = 100;
const DELETED_ROWS = 50;

/** A row version as text: the two databases write the same values down in the same way. */
const VERSION_IN_POSTGRES = `concat_ws('|', id, note, amount, is_paid::text,
  to_char(ordered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'))`;
const VERSION_IN_DUCKDB = `concat_ws('|', id, note, amount, is_paid::text,
  strftime(ordered_at, '%Y-%m-%d %H:%M:%S.%f'))`;

const ROWS = `SELECT i, 'order ' || i || ' ☕ "' || repeat('x', i % 40) || '"', (i * 7.25)::numeric(12, 2),
  i % 3 = 0, timestamptz '2026-10-30 00:00:00.123456Z' + i * interval '5 minutes'`;

/** @returns the versions that exist when a task is created */
export async function createOrders(client: pg.Client): Promise<string[]> {
  await client.query(`CREATE TABLE ${ORDERS.table} (id bigint PRIMARY KEY, note text NOT NULL,
    amount numeric(12, 2), is_paid boolean, ordered_at timestamptz NOT NULL)`);
  const sql = `INSERT INTO ${ORDERS.table} ${ROWS} FROM generate_series(1, $1) i`;
  return versions(client, `${sql} RETURNING ${VERSION_IN_POSTGRES} AS version`, BASE_ROWS);
}

/** Changes rows in one transaction. @returns the versions that it wrote; a delete writes none */
export async function changeOrders(client: pg.Client): Promise<string[]> {
  await client.query('BEGIN');
  const inserted = await versions(
    client,
    `INSERT INTO ${ORDERS.table} ${ROWS}
     FROM generate_series(${BASE_ROWS + 1}::int, ${BASE_ROWS}::int + $1) i
     RETURNING ${VERSION_IN_POSTGRES} AS version`,
    INSERTED_ROWS,
  );
  const updated = await versions(
    client,
    `UPDATE ${ORDERS.table} SET note = note || ' again', amount = NULL WHERE id <= $1
     RETURNING ${VERSION_IN_POSTGRES} AS version`,
    UPDATED_ROWS,
  );
  await client.query(`DELETE FROM ${ORDERS.table} WHERE id > $1`, [
    BASE_ROWS + INSERTED_ROWS - DELETED_ROWS,
  ]);
  await client.query('COMMIT');
  return [...inserted, ...updated];
}

/** The versions in the bucket, each of them in the folder of its month. */
export async function readOrders(duck: DuckSession, bucket: string): Promise<string[]> {
  const rows = await duck.rows(
    `SELECT ${VERSION_IN_DUCKDB} AS version,
       year = year(ordered_at) AND month = month(ordered_at) AS is_in_place
     FROM read_parquet('s3://${bucket}/orders/*/*/*', hive_partitioning = true)`,
  );
  const astray = rows.filter((row) => row['is_in_place'] !== true);
  if (astray.length > 0)
    throw new Error(`${astray.length} rows lie in the folder of another month`);
  return rows.map((row) => String(row['version']));
}

async function versions(client: pg.Client, sql: string, parameter: number): Promise<string[]> {
  const { rows } = await client.query<{ version: string }>(sql, [parameter]);
  return rows.map(({ version }) => version);
}

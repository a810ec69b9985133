import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckSession, isDeliveredBeyond, parseWalPosition, sqlText } from '@lakeferry/history';
import { untilTask } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';
import { forColumn, numberText, TYPE_CASES, type TypeCase } from './type-cases.js';

const TASK = { source: 'local', tableName: 'public.everything', taskName: 'everything' };
/** Rows with these ids come through the stream, the others through the base scan. */
const STREAM_FROM = 100_000;

interface Value {
  readonly id: number;
  readonly entry: TypeCase;
  readonly literal: string;
  readonly dirty: boolean;
}

const VALUES: Value[] = TYPE_CASES.flatMap((entry) => [
  ...entry.values.map((literal) => ({ entry, literal, dirty: false })),
  ...(entry.dirty ?? []).map((literal) => ({ entry, literal, dirty: true })),
]).map((value, at) => ({ ...value, id: at + 1 }));

describe('values survive the whole way', () => {
  let system: DeliverySystem;
  /** Texts by row id: what PostgreSQL renders, what DuckDB reads. */
  const rendered = new Map<number, string | null>();
  const readBack = new Map<number, string | null>();
  let dirty: number;

  beforeAll(async () => {
    system = await startSystem({ name: 'values' });
    await createTable();
    await system.client.create({
      ...TASK,
      taskType: 'BASE_INC',
      taskConfig: {
        ossPrefix: 'everything',
        ossBucket: system.s3.bucket,
        parquetSchema: 'auto',
        fileAgeSecondsMax: 1,
      },
    });
    const { client } = system;
    await untilTask({ client, task: TASK, what: 'the start', wanted: (view) => view.c !== null });
    const end = await copyThroughStream();
    const view = await untilTask({
      client,
      task: TASK,
      what: 'delivery',
      wanted: (seen) => isDeliveredBeyond(seen, end),
    });
    dirty = (view as unknown as { dirty: number }).dirty;
    await renderAll();
    await readAll();
  }, 300_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test.each([
    ['the base scan', 0],
    ['the stream', STREAM_FROM],
  ])('through %s', (_, from) => {
    for (const { id, entry, literal, dirty: isDirty } of VALUES) {
      const what = `${entry.type} ${literal.slice(0, 60)}`;
      const expected = isDirty ? null : rendered.get(id);
      expect([what, readBack.get(id + from)]).toEqual([what, expected]);
    }
  });

  test('what does not fit is counted, once each way', () => {
    expect(dirty).toBe(2 * VALUES.filter((value) => value.dirty).length);
  });

  async function createTable(): Promise<void> {
    const columns = TYPE_CASES.map(({ column, type }) => `"${column}" ${type}`).join(', ');
    await system.sql(async (client) => {
      await client.query(`CREATE TABLE ${TASK.tableName} (id bigint PRIMARY KEY, ${columns})`);
      for (const { id, entry, literal } of VALUES) {
        await client.query(
          `INSERT INTO ${TASK.tableName} (id, "${entry.column}") VALUES (${id}, ${literal})`,
        );
      }
    });
  }

  /** @returns a position behind the copies' commit */
  async function copyThroughStream(): Promise<bigint> {
    const names = TYPE_CASES.map(({ column }) => `"${column}"`).join(', ');
    return system.sql(async (client) => {
      await client.query(
        `INSERT INTO ${TASK.tableName} SELECT id + ${STREAM_FROM}, ${names} FROM ${TASK.tableName}`,
      );
      const answer = await client.query<{ lsn: string }>(
        'SELECT pg_current_wal_lsn()::text AS lsn',
      );
      return parseWalPosition(answer.rows[0]?.lsn ?? '');
    });
  }

  async function renderAll(): Promise<void> {
    await system.sql(async (client) => {
      await client.query(
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'",
      );
      for (const { id, entry } of VALUES) {
        const expression = forColumn(entry.rendered, entry.column, '"$"::text');
        const answer = await client.query<{ text: string | null }>(
          `SELECT ${expression} AS text FROM ${TASK.tableName} WHERE id = ${id}`,
        );
        const text = answer.rows[0]?.text ?? null;
        rendered.set(id, text !== null && entry.isNumber ? numberText(Number(text)) : text);
      }
    });
  }

  async function readAll(): Promise<void> {
    const session = await DuckSession.open(system.s3);
    try {
      const files = sqlText(`s3://${system.s3.bucket}/everything/**`);
      for (const entry of TYPE_CASES) {
        const ids = VALUES.filter((value) => value.entry === entry).map(({ id }) => id);
        const plain = entry.isNumber ? 'CAST("$" AS DOUBLE)' : 'CAST("$" AS VARCHAR)';
        const expression = forColumn(entry.readBack, entry.column, plain);
        const rows = await session.rows(
          `SELECT id, ${expression} AS text FROM read_parquet(${files})
           WHERE id % ${STREAM_FROM} IN (${ids.join(', ')})`,
        );
        for (const row of rows) {
          const read = row['text'];
          const text = typeof read === 'number' ? numberText(read) : read;
          readBack.set(Number(row['id']), typeof text === 'string' ? text : null);
        }
      }
    } finally {
      session.close();
    }
  }
});

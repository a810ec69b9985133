import { DuckSession, isDeliveredBeyond, parseWalPosition, sqlText } from '@lakeferry/history';
import { untilTask } from './scenario.js';
import type { DeliverySystem } from './system.js';
import { forColumn, numberText, type TypeCase } from './type-cases.js';

/** Rows with these ids come through the stream, the others through the base scan. */
export const STREAM_FROM = 100_000;

interface CaseValue {
  readonly id: number;
  readonly entry: TypeCase;
  readonly literal: string;
  readonly dirty: boolean;
}

/** A table with a column per case and a row per value, delivered by a task and read back. */
export class ValueRun {
  readonly values: readonly CaseValue[];
  /** Fields that the task counted as dirty. */
  dirty = 0;
  /** Texts by row id: what PostgreSQL renders, what DuckDB reads. */
  private readonly rendered = new Map<number, string | null>();
  private readonly readBack = new Map<number, string | null>();

  /** @param name of table, task and prefix */
  constructor(
    private readonly system: DeliverySystem,
    private readonly name: string,
    private readonly cases: readonly TypeCase[],
  ) {
    const values = cases.flatMap((entry) => [
      ...entry.values.map((literal) => ({ entry, literal, dirty: false })),
      ...(entry.dirty ?? []).map((literal) => ({ entry, literal, dirty: true })),
    ]);
    this.values = values.map((value, at) => ({ ...value, id: at + 1 }));
  }

  /** Delivers half of the rows through the base scan, half through the stream. */
  async deliver(taskConfig: Readonly<Record<string, unknown>>): Promise<void> {
    const { client } = this.system;
    const task = { source: 'local', tableName: this.table, taskName: this.name };
    await this.createTable();
    await client.create({
      ...task,
      taskType: 'BASE_INC',
      taskConfig: {
        ...{ ossPrefix: this.name, ossBucket: this.system.s3.bucket, fileAgeSecondsMax: 1 },
        ...taskConfig,
      },
    });
    await untilTask({ client, task, what: 'the start', wanted: (view) => view.c !== null });
    const end = await this.copyThroughStream();
    const view = await untilTask({
      ...{ client, task, what: 'delivery' },
      wanted: (seen) => isDeliveredBeyond(seen, end),
    });
    this.dirty = (view as unknown as { dirty: number }).dirty;
    await this.renderAll();
    await this.readAll();
  }

  /** By value: what it is, what must have arrived, and what has. */
  compared(from: number): [what: string, expected: unknown, read: unknown][] {
    return this.values.map(({ id, entry, literal, dirty }) => [
      `${entry.column} ${entry.type} ${literal.slice(0, 60)}`,
      dirty ? null : this.rendered.get(id),
      this.readBack.get(id + from),
    ]);
  }

  private get table(): string {
    return `public.${this.name}`;
  }

  private async createTable(): Promise<void> {
    const columns = this.cases.map(({ column, type }) => `"${column}" ${type}`).join(', ');
    await this.system.sql(async (client) => {
      await client.query(`CREATE TABLE ${this.table} (id bigint PRIMARY KEY, ${columns})`);
      for (const { id, entry, literal } of this.values) {
        await client.query(
          `INSERT INTO ${this.table} (id, "${entry.column}") VALUES (${id}, ${literal})`,
        );
      }
    });
  }

  /** @returns a position behind the copies' commit */
  private async copyThroughStream(): Promise<bigint> {
    const names = this.cases.map(({ column }) => `"${column}"`).join(', ');
    return this.system.sql(async (client) => {
      await client.query(
        `INSERT INTO ${this.table} SELECT id + ${STREAM_FROM}, ${names} FROM ${this.table}`,
      );
      const answer = await client.query<{ lsn: string }>(
        'SELECT pg_current_wal_lsn()::text AS lsn',
      );
      return parseWalPosition(answer.rows[0]?.lsn ?? '');
    });
  }

  private async renderAll(): Promise<void> {
    await this.system.sql(async (client) => {
      await client.query(
        `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';
         SET lc_monetary = 'C'; SET bytea_output = 'hex'`,
      );
      for (const { id, entry, dirty } of this.values) {
        if (dirty) continue;
        const expression = forColumn(entry.rendered, entry.column, '"$"::text');
        const answer = await client.query<{ text: string | null }>(
          `SELECT ${expression} AS text FROM ${this.table} WHERE id = ${id}`,
        );
        const text = answer.rows[0]?.text ?? null;
        this.rendered.set(id, text !== null && entry.isNumber ? numberText(Number(text)) : text);
      }
    });
  }

  private async readAll(): Promise<void> {
    const session = await DuckSession.open(this.system.s3);
    try {
      const files = sqlText(`s3://${this.system.s3.bucket}/${this.name}/**`);
      for (const entry of this.cases) {
        const ids = this.values.filter((value) => value.entry === entry).map(({ id }) => id);
        const plain = entry.isNumber ? 'CAST("$" AS DOUBLE)' : 'CAST("$" AS VARCHAR)';
        const expression = forColumn(entry.readBack, entry.column, plain);
        const rows = await session.rows(
          `SELECT id, ${expression} AS text FROM read_parquet(${files})
           WHERE id % ${STREAM_FROM} IN (${ids.join(', ')})`,
        );
        for (const row of rows) {
          const read = row['text'];
          const text = typeof read === 'number' ? numberText(read) : read;
          this.readBack.set(Number(row['id']), typeof text === 'string' ? text : null);
        }
      }
    } finally {
      session.close();
    }
  }
}

import type { BenchTable } from '../load/tables.js';
import type { PeerEvents } from './debezium.js';

/** Spark's types of the columns that benches have, as Debezium's JSON holds them. */
const SPARK_TYPES: Readonly<Record<string, string>> = {
  bigint: 'BIGINT',
  'double precision': 'DOUBLE',
  text: 'STRING',
  boolean: 'BOOLEAN',
  timestamptz: 'TIMESTAMP',
};

export interface SparkSchema {
  /** What a record is, in Spark's DDL: JSON without schemas does not say it. */
  readonly schema: string;
  /** Where the row is in a record that was read into a column `event`. */
  readonly rowsAt: string;
}

/**
 * How Spark reads records of a table. Pure.
 *
 * @throws Error for a type that it has no word for
 */
export function sparkSchema(table: BenchTable, events: PeerEvents): SparkSchema {
  const fields = table.columns.map(({ name, type }) => {
    const sparkType = SPARK_TYPES[type];
    if (sparkType === undefined) throw new Error(`column ${name} is ${type}: no type of Spark's`);
    return `\`${name}\`: ${sparkType}`;
  });
  const row = `STRUCT<${fields.join(', ')}>`;
  return events === 'whole'
    ? { schema: `STRUCT<after: ${row}>`, rowsAt: 'event.after' }
    : { schema: row, rowsAt: 'event' };
}

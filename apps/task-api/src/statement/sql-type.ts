import type { ColumnElement, DeliveryColumn, DeliveryType } from '@lakeferry/contracts';

/** Engines whose statements name the type of each column. */
export type TypedEngine =
  'hive' | 'dla' | 'spark' | 'trino' | 'athena' | 'clickhouse' | 'maxcompute' | 'snowflake';

/** By engine; null where external tables of the engine can't read such a column. */
type TypeRow = Readonly<Record<TypedEngine, string | null>>;
/** What the type of a column depends on. */
type Typed = Pick<DeliveryColumn, 'type' | 'precision' | 'scale' | 'elements'> & {
  readonly sourceType?: string;
};

/** Hive's names, which most of the engines share, and what differs from them. */
function row(hive: string | null, others: Partial<TypeRow> = {}): TypeRow {
  const shared = { dla: hive, spark: hive, athena: hive, maxcompute: hive };
  return { hive, ...shared, trino: null, clickhouse: null, snowflake: null, ...others };
}

const TIMESTAMPS = { trino: 'TIMESTAMP(6)', snowflake: 'TIMESTAMP_NTZ' } as const;

const TYPES: Readonly<Record<Exclude<DeliveryType, 'DECIMAL' | 'LIST' | 'MAP'>, TypeRow>> = {
  BOOL: row('BOOLEAN', { trino: 'BOOLEAN', clickhouse: 'Bool', snowflake: 'BOOLEAN' }),
  INT32: row('INT', { trino: 'INTEGER', clickhouse: 'Int32', snowflake: 'NUMBER(10,0)' }),
  INT64: row('BIGINT', { trino: 'BIGINT', clickhouse: 'Int64', snowflake: 'NUMBER(19,0)' }),
  FLOAT: row('FLOAT', { trino: 'REAL', clickhouse: 'Float32', snowflake: 'FLOAT' }),
  DOUBLE: row('DOUBLE', { trino: 'DOUBLE', clickhouse: 'Float64', snowflake: 'DOUBLE' }),
  UTF8: row('STRING', { trino: 'VARCHAR', clickhouse: 'String', snowflake: 'VARCHAR' }),
  BINARY: row('BINARY', { trino: 'VARBINARY', clickhouse: 'String', snowflake: 'BINARY' }),
  DATE: row('DATE', { trino: 'DATE', clickhouse: 'Date32', snowflake: 'DATE' }),
  TIMESTAMP_MILLIS: row('TIMESTAMP', { ...TIMESTAMPS, clickhouse: "DateTime64(3, 'UTC')" }),
  TIMESTAMP_MICROS: row('TIMESTAMP', { ...TIMESTAMPS, clickhouse: "DateTime64(6, 'UTC')" }),
  INT96: row('TIMESTAMP', { ...TIMESTAMPS, clickhouse: "DateTime64(6, 'UTC')" }),
  TIME_MILLIS: row(null, { spark: 'INT', snowflake: 'VARIANT' }),
  TIME_MICROS: row(null, { spark: 'BIGINT', snowflake: 'VARIANT' }),
  INTERVAL: row(null, { snowflake: 'VARIANT' }),
};

/** The type of a column in an engine, or null where it can't read such a column. Pure. */
export function sqlType(engine: TypedEngine, column: Typed): string | null {
  switch (column.type) {
    case 'DECIMAL':
      return decimalType(engine, column);
    case 'LIST':
    case 'MAP':
      return nestedType(engine, column.type, elementsOf(column));
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
      // A reading of a clock must not be shifted into the session's time zone.
      if (engine === 'spark' && column.sourceType === 'timestamp') return 'TIMESTAMP_NTZ';
      return TYPES[column.type][engine];
    default:
      return TYPES[column.type][engine];
  }
}

/** What the values of a column are where its type does not say it, or null. Pure. */
export function sqlTypeNote(engine: TypedEngine, { type }: Typed): string | null {
  if (engine === 'spark' && type === 'TIME_MILLIS') return 'milliseconds since midnight';
  if (engine === 'spark' && type === 'TIME_MICROS') return 'microseconds since midnight';
  return null;
}

function decimalType(engine: TypedEngine, { precision = 38, scale = 0 }: Typed): string {
  const name = engine === 'snowflake' ? 'NUMBER' : engine === 'clickhouse' ? 'Decimal' : 'DECIMAL';
  return `${name}(${precision},${scale})`;
}

function nestedType(
  engine: TypedEngine,
  type: 'LIST' | 'MAP',
  elements: readonly ColumnElement[],
): string | null {
  if (engine === 'snowflake') return 'VARIANT';
  const inner = elements.map((element) => sqlType(engine, element));
  if (inner.includes(null)) return null;
  if (engine === 'clickhouse') {
    const [first, second] = inner;
    return type === 'LIST' ? `Array(Nullable(${first}))` : `Map(${first}, Nullable(${second}))`;
  }
  const name = type === 'LIST' ? 'ARRAY' : 'MAP';
  return engine === 'trino' ? `${name}(${inner.join(', ')})` : `${name}<${inner.join(',')}>`;
}

/** A LIST or MAP that says nothing of what it holds, holds text. */
function elementsOf({ type, elements }: Typed): readonly ColumnElement[] {
  const text = { type: 'UTF8' } as const;
  return elements ?? (type === 'LIST' ? [text] : [text, text]);
}

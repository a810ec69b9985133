import type { ValueKind } from './source-table.js';

/** Systems that a value is read from. */
export type Dialect = 'postgres' | 'spark' | 'duckdb' | 'clickhouse';

/**
 * Expressions that give the same text for the same value everywhere; `$` is the column. Null where the
 * system is not asked for such a column.
 */
const TEXTS: Readonly<Record<Dialect, Readonly<Record<ValueKind, string | null>>>> = {
  postgres: {
    text: '$::text',
    number: '$::text',
    decimal: '$::text',
    bytes: `encode($, 'hex')`,
    date: `($ - date '1970-01-01')::text`,
    instant: '(extract(epoch from $) * 1000000)::bigint::text',
    'instant in millis': '(floor(extract(epoch from $) * 1000) * 1000)::bigint::text',
    wall: `to_char($, 'YYYY-MM-DD HH24:MI:SS.US')`,
    time: '(extract(epoch from $) * 1000000)::bigint::text',
    interval: `(extract(year from $) * 12 + extract(month from $))::int || ' ' || extract(day from $)::int || ' ' || (extract(hour from $) * 3600000 + extract(minute from $) * 60000 + extract(milliseconds from $))::int`,
    list: 'to_json($)::text',
    map: '$::text',
  },
  spark: {
    text: 'CAST($ AS STRING)',
    number: 'CAST($ AS STRING)',
    decimal: 'CAST($ AS STRING)',
    bytes: 'lower(hex($))',
    date: "CAST(datediff($, DATE'1970-01-01') AS STRING)",
    instant: 'CAST(unix_micros($) AS STRING)',
    'instant in millis': 'CAST(unix_micros($) AS STRING)',
    wall: "date_format($, 'yyyy-MM-dd HH:mm:ss.SSSSSS')",
    time: 'CAST($ AS STRING)',
    interval: null,
    list: 'to_json($)',
    map: 'to_json($)',
  },
  duckdb: {
    text: 'CAST($ AS VARCHAR)',
    number: 'CAST($ AS VARCHAR)',
    decimal: 'CAST($ AS VARCHAR)',
    bytes: 'lower(hex($))',
    date: "CAST(date_diff('day', DATE '1970-01-01', $) AS VARCHAR)",
    instant: 'CAST(epoch_us($) AS VARCHAR)',
    'instant in millis': 'CAST(epoch_us($) AS VARCHAR)',
    wall: "strftime($, '%Y-%m-%d %H:%M:%S.%f')",
    time: 'CAST(extract(hour FROM $) * 3600000000 + extract(minute FROM $) * 60000000 + extract(microsecond FROM $) AS VARCHAR)',
    interval: `CAST(extract(year FROM $) * 12 + extract(month FROM $) AS VARCHAR) || ' ' || CAST(extract(day FROM $) AS VARCHAR) || ' ' || CAST(extract(hour FROM $) * 3600000 + extract(minute FROM $) * 60000 + extract(millisecond FROM $) AS VARCHAR)`,
    list: 'CAST(to_json($) AS VARCHAR)',
    map: 'CAST(to_json($) AS VARCHAR)',
  },
  clickhouse: {
    text: 'toString($)',
    number: 'toString($)',
    decimal: 'toString($)',
    bytes: 'lower(hex($))',
    date: "toString(dateDiff('day', toDate32('1970-01-01'), $))",
    instant: "toString(toUnixTimestamp64Micro(toDateTime64($, 6, 'UTC')))",
    'instant in millis': "toString(toUnixTimestamp64Micro(toDateTime64($, 6, 'UTC')))",
    wall: "toString(toDateTime64($, 6, 'UTC'))",
    time: null,
    interval: null,
    list: 'toJSONString($)',
    map: 'toJSONString($)',
  },
};

/** The expression for a column, whose name is quoted already; null where the system is not asked. */
export function valueText(dialect: Dialect, kind: ValueKind, quotedName: string): string | null {
  return TEXTS[dialect][kind]?.replaceAll('$', () => quotedName) ?? null;
}

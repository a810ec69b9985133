import { elementType, type DeliveryType, type ElementType } from './delivery-schema.js';

interface Mapping<Type extends DeliveryType> {
  /** What "Auto Generate" chooses: a type that holds every value, or all but the odd ones. */
  readonly preferred: Type;
  /** Everything a user may ask for; the first entry is the preferred one. */
  readonly possible: readonly Type[];
}
export type TypeMapping = Mapping<DeliveryType>;

/** A row of docs/types.md. */
export interface SourceTypes {
  /** PostgreSQL type names. */
  readonly names: readonly string[];
  readonly possible: readonly [DeliveryType, ...DeliveryType[]];
  /** What a reader has to know: how values look, which do not fit. */
  readonly note: string;
}

/**
 * PostgreSQL type names → delivery types. A type that can hold only some of the values is possible
 * (what does not fit is dirty); one that can hold none is refused when the task is created.
 */
export const POSTGRES_TYPES: readonly SourceTypes[] = [
  { names: ['bool'], possible: ['BOOL', 'UTF8'], note: 'As UTF8 `true` or `false`.' },
  {
    names: ['int2', 'int4'],
    possible: ['INT64', 'INT32', 'DECIMAL', 'DOUBLE', 'UTF8'],
    note: 'A DECIMAL without `typeExtend` has the digits of the type.',
  },
  {
    names: ['int8'],
    possible: ['INT64', 'INT32', 'DECIMAL', 'UTF8'],
    note: 'Beyond ±2^31 dirty as INT32. No DOUBLE: it would round beyond 2^53.',
  },
  { names: ['oid', 'xid', 'cid'], possible: ['INT64', 'UTF8'], note: '' },
  { names: ['xid8'], possible: ['UTF8', 'INT64', 'DECIMAL'], note: 'From 2^63 on dirty as INT64.' },
  {
    names: ['float4'],
    possible: ['DOUBLE', 'FLOAT', 'UTF8'],
    note: 'NaN and infinities are kept.',
  },
  { names: ['float8'], possible: ['DOUBLE', 'UTF8'], note: 'NaN and infinities are kept.' },
  {
    names: ['numeric'],
    possible: ['DECIMAL', 'DOUBLE', 'UTF8'],
    note: 'DECIMAL takes the declared digits or `typeExtend`; automatic is UTF8 where the type declares none that a DECIMAL can have. Dirty as DECIMAL: NaN, infinities, too many digits. DOUBLE rounds.',
  },
  {
    names: ['money'],
    possible: ['UTF8'],
    note: 'As text of the locale C: `$1,234.50`.',
  },
  {
    names: ['text', 'varchar', 'bpchar', 'name', 'char', 'citext'],
    possible: ['UTF8'],
    note: '`char(n)` keeps its blanks at the end.',
  },
  { names: ['bytea'], possible: ['BINARY', 'UTF8'], note: 'As UTF8 in base64.' },
  {
    names: ['date'],
    possible: ['DATE', 'UTF8'],
    note: 'Dirty as DATE: infinities, days before the year 1.',
  },
  {
    names: ['time'],
    possible: ['TIME_MICROS', 'TIME_MILLIS', 'UTF8'],
    note: 'Dirty as TIME: `24:00:00`, which lies outside the day. TIME_MILLIS cuts micros off.',
  },
  { names: ['timetz'], possible: ['UTF8'], note: 'Parquet has no time with an offset of its own.' },
  {
    names: ['timestamp', 'timestamptz'],
    possible: ['TIMESTAMP_MICROS', 'TIMESTAMP_MILLIS', 'INT96', 'UTF8'],
    note: '`timestamptz` is an instant (UTC), `timestamp` a reading of a clock. Dirty: infinities, times before the year 1. TIMESTAMP_MILLIS cuts micros off.',
  },
  {
    names: ['interval'],
    possible: ['UTF8', 'INTERVAL'],
    note: 'INTERVAL is months, days and millis of 32 bits without sign. Dirty: parts of a millisecond, negative parts, infinities.',
  },
  { names: ['uuid'], possible: ['UTF8'], note: '' },
  {
    names: ['json', 'jsonb'],
    possible: ['UTF8', 'MAP'],
    note: 'As MAP an object of scalars: numbers as they are written, `null` as null. Dirty as MAP: everything else.',
  },
  { names: ['hstore'], possible: ['MAP', 'UTF8'], note: '' },
  { names: ['jsonpath', 'xml'], possible: ['UTF8'], note: '' },
  { names: ['inet', 'cidr', 'macaddr', 'macaddr8'], possible: ['UTF8'], note: '' },
  { names: ['bit', 'varbit'], possible: ['UTF8'], note: 'Zeros and ones.' },
  {
    names: ['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'],
    possible: ['UTF8'],
    note: '',
  },
  { names: ['tsvector', 'tsquery'], possible: ['UTF8'], note: '' },
  {
    names: ['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange'],
    possible: ['UTF8'],
    note: 'And ranges of your own.',
  },
  {
    names: [
      'int4multirange',
      'int8multirange',
      'nummultirange',
      'tsmultirange',
      'tstzmultirange',
      'datemultirange',
    ],
    possible: ['UTF8'],
    note: 'And multiranges of your own.',
  },
  { names: ['pg_lsn', 'pg_snapshot', 'txid_snapshot', 'tid'], possible: ['UTF8'], note: '' },
  {
    names: [
      'regclass',
      'regcollation',
      'regconfig',
      'regdictionary',
      'regnamespace',
      'regoper',
      'regoperator',
      'regproc',
      'regprocedure',
      'regrole',
      'regtype',
    ],
    possible: ['UTF8'],
    note: 'The name, as it is when the row is read.',
  },
  { names: ['int2vector', 'oidvector', 'aclitem', 'refcursor'], possible: ['UTF8'], note: '' },
  { names: ['enum'], possible: ['UTF8'], note: 'The label of every enum.' },
  { names: ['composite'], possible: ['UTF8'], note: 'Every row type, as PostgreSQL writes it.' },
];

const TEXT: TypeMapping = { preferred: 'UTF8', possible: ['UTF8'] };
const ARRAY: TypeMapping = { preferred: 'LIST', possible: ['LIST', 'UTF8'] };

const MAPPINGS = new Map<string, TypeMapping>(
  POSTGRES_TYPES.flatMap(({ names, possible }) =>
    names.map((name): [string, TypeMapping] => [name, { preferred: possible[0], possible }]),
  ),
);

/** Every type without a row of its own is delivered as PostgreSQL's text. */
export function deliveryTypesOf(sourceType: string): TypeMapping {
  return elementSourceOf(sourceType) === null ? (MAPPINGS.get(sourceType) ?? TEXT) : ARRAY;
}

/** The type name of an array's elements; null where the type is no array. */
export function elementSourceOf(sourceType: string): string | null {
  return sourceType.startsWith('_') ? sourceType.slice(1) : null;
}

/** What the elements of an array can be in a LIST. */
export function elementTypesOf(elementSource: string): Mapping<ElementType> {
  const possible = deliveryTypesOf(elementSource).possible.flatMap((type) => {
    const element = elementType.safeParse(type);
    return element.success ? [element.data] : [];
  });
  return { preferred: possible[0] ?? 'UTF8', possible };
}

/** What the values of a MAP can be; its keys are UTF8. */
export const MAP_VALUE_TYPES = [
  'UTF8',
  'INT64',
  'INT32',
  'DOUBLE',
  'FLOAT',
  'DECIMAL',
  'BOOL',
] as const satisfies readonly ElementType[];

import {
  deliveryType,
  encodingsOf,
  POSTGRES_TYPES,
  type ColumnEncoding,
  type DeliveryType,
} from '@lakeferry/contracts';
import { markdownTable } from './markdown-table.js';

const INTRODUCTION = `# Types

A column of the objects has the type that the task names, or the automatic one. A value that does not
fit its column's type is _dirty_: the field is null, the row is delivered, the count is told. A type
that can hold no value of a column is refused when the task is created, by the name of the column and
with what would fit. Every column can be null.

## From PostgreSQL

Domains count as their base type. Values are rendered under pinned settings (\`DateStyle\` ISO,
\`IntervalStyle\` postgres, time zone UTC, \`lc_monetary\` C), alike by base scan and stream. Every type
that stands in no row, of an extension for example, is delivered as PostgreSQL's text in UTF8.
`;

const ARRAYS = `
An array of any type is automatically a LIST of the automatic type of its elements, and can be UTF8
(PostgreSQL's text). \`typeExtend\` names another type for the elements. Elements that are null are
kept; bounds are passed over; a value of more than one dimension is dirty, and so is a list with an
element that does not fit. Elements can have the types of the table but INTERVAL, MAP, LIST and INT96.
`;

const TYPES = `
## Types in the objects

\`encode\` is PLAIN unless told otherwise. PLAIN_DICTIONARY falls back to PLAIN within a file whose
dictionary grows too large. The columns of LIST and MAP of one task share one encoding. A column of 12 or
16 bytes of fixed length in a dictionary makes the pages of its files those of version 2.
`;

const OTHERS = `
\`codec\` of the task compresses the pages: NONE, SNAPPY (the default), GZIP, ZSTD, or LZ4, which is
LZ4_RAW on disk.
`;

/** Of each delivery type: how Parquet names it, and what \`typeExtend\` says of it. */
const IN_PARQUET: Readonly<Record<DeliveryType, readonly [parquet: string, typeExtend: string]>> = {
  BOOL: ['BOOLEAN', ''],
  INT32: ['INT32', ''],
  INT64: ['INT64', ''],
  FLOAT: ['FLOAT', ''],
  DOUBLE: ['DOUBLE', ''],
  UTF8: ['BYTE_ARRAY, String', ''],
  BINARY: ['BYTE_ARRAY; our own, the delivery API has none', ''],
  DATE: ['INT32, Date', ''],
  TIME_MILLIS: ['INT32, Time of a clock in millis', ''],
  TIME_MICROS: ['INT64, Time of a clock in micros', ''],
  TIMESTAMP_MILLIS: ['INT64, Timestamp in millis; UTC from timestamptz', ''],
  TIMESTAMP_MICROS: ['INT64, Timestamp in micros; UTC from timestamptz', ''],
  DECIMAL: [
    'INT32 up to 9 digits, INT64 up to 18, else FIXED_LEN_BYTE_ARRAY; Decimal',
    'digits, and those behind the point: `10,2`',
  ],
  INTERVAL: ['FIXED_LEN_BYTE_ARRAY(12), INTERVAL', ''],
  INT96: ['INT96: nanos of the day and Julian day, for old readers (Hive, Impala)', ''],
  LIST: ['List of three levels', 'the element: `INT64`, `DECIMAL(10,2)`'],
  MAP: ['Map', 'key and value: `UTF8,INT64`; keys are UTF8'],
};

/** docs/types.md. Pure. */
export function typesPage(): string {
  const sources = POSTGRES_TYPES.map(({ names, possible: [preferred, ...others], note }) => [
    names.map(code).join(', '),
    preferred === 'DECIMAL' ? 'DECIMAL or UTF8' : preferred,
    others.join(', '),
    note,
  ]);
  const types = deliveryType.options.map((type) => {
    const [parquet, typeExtend] = IN_PARQUET[type];
    return [type, parquet, typeExtend, encodings(type)];
  });
  return [
    INTRODUCTION,
    `${markdownTable(['PostgreSQL', 'automatic', 'also', 'values'], sources)}\n`,
    ARRAYS.trimStart(),
    TYPES.trimStart(),
    `${markdownTable(['type', 'in Parquet', 'typeExtend', 'encode'], types)}\n`,
    OTHERS.trimStart(),
  ].join('\n');
}

function encodings(type: DeliveryType): string {
  if (type === 'LIST' || type === 'MAP') return 'those that all types inside of it have';
  const digits = type === 'DECIMAL' ? [9, 38] : [38];
  const [most = [], ...rest] = digits.map((precision) => encodingsOf({ type, precision }));
  return [list(most), ...rest.map((more) => `above 18 digits ${list(more)}`)].join('; ');
}

function list(names: readonly ColumnEncoding[]): string {
  return names.join(', ');
}

function code(name: string): string {
  return `\`${name}\``;
}

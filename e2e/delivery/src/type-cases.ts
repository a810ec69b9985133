/** A column type, values of it as SQL literals, and how both sides are read for comparison. */
export interface TypeCase {
  readonly column: string;
  /** SQL type in PostgreSQL. */
  readonly type: string;
  /** SQL expressions. */
  readonly values: readonly string[];
  /** Values that no Parquet type of the column can hold: delivered as null, counted as dirty. */
  readonly dirty?: readonly string[];
  /** Compared as a double: its shortest text differs between systems. */
  readonly isNumber?: boolean;
  /** PostgreSQL's expression for the value as text; the plain cast by default. */
  readonly rendered?: string;
  /** DuckDB's expression for the same text. */
  readonly readBack?: string;
}

const MEGABYTE = 1_048_576;
/** Every control character but NUL, which PostgreSQL can't hold. */
const CONTROLS = `array_to_string(ARRAY(SELECT chr(c) FROM generate_series(1, 31) AS c), '') || chr(127)`;

export const TYPE_CASES: readonly TypeCase[] = [
  { column: 'flag', type: 'boolean', values: ['true', 'false'] },
  { column: 'small', type: 'smallint', values: ['-32768', '32767'] },
  { column: 'whole', type: 'integer', values: ['-2147483648', '2147483647', '0'] },
  {
    column: 'big',
    type: 'bigint',
    values: [
      '9223372036854775807',
      '-9223372036854775808',
      '9007199254740993',
      '-9007199254740993',
      '0',
    ],
  },
  {
    column: 'real',
    type: 'real',
    values: ["'3.4028235e38'", "'1e-45'", "'NaN'", "'Infinity'", "'-Infinity'", '0.1'],
    isNumber: true,
  },
  {
    column: 'double',
    type: 'double precision',
    values: [
      "'1.7976931348623157e308'",
      "'5e-324'",
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
      "'-0'",
      '0.1',
      '12345678901234567',
    ],
    isNumber: true,
  },
  {
    column: 'money_like',
    type: 'numeric(38,10)',
    values: [
      '9999999999999999999999999999.9999999999',
      '-9999999999999999999999999999.9999999999',
      '0.0000000001',
      '0',
      '1.50',
    ],
    dirty: ["'NaN'"],
  },
  {
    column: 'day',
    type: 'date',
    values: [
      "'2024-02-29'",
      "'1970-01-01'",
      "'1969-12-31'",
      "'0001-01-01'",
      "'9999-12-31'",
      "'2000-02-29'",
    ],
    dirty: ["'infinity'", "'-infinity'", "'0044-03-15 BC'"],
  },
  {
    column: 'moment',
    type: 'timestamp',
    values: [
      "'2024-02-29 23:59:59.999999'",
      "'1969-12-31 23:59:59.999999'",
      "'0001-01-01 00:00:00'",
      "'9999-12-31 23:59:59.999999'",
      "'2026-01-01 12:00:00.5'",
    ],
    dirty: ["'infinity'", "'-infinity'", "'0044-03-15 BC'"],
  },
  {
    column: 'instant',
    type: 'timestamptz',
    values: [
      "'2024-02-29 23:59:59.999999+00'",
      "'2026-03-29 02:30:00+14'",
      "'1969-12-31 23:59:59.999999+00'",
    ],
    dirty: ["'infinity'"],
  },
  {
    column: 'words',
    type: 'text',
    values: [
      "''",
      "'plain'",
      "'👩‍👩‍👧 emoji 🇩🇪 é e\u0301'",
      `E'quote " backslash \\\\ tab \\t line \\n return \\r'`,
      CONTROLS,
      `repeat('x', ${MEGABYTE})`,
      "'null'",
      `E'\\u2028\\u2029\\uFEFF'`,
    ],
  },
  { column: 'padded', type: 'char(5)', values: ["'ab'", "''"], rendered: `format('%s', "$")` },
  {
    column: 'bytes',
    type: 'bytea',
    values: [`'\\x'`, `'\\x00ff0a0d22'`, `decode(repeat('00ff', 1000), 'hex')`],
    rendered: `encode("$", 'hex')`,
    readBack: `lower(hex("$"))`,
  },
  { column: 'ident', type: 'uuid', values: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"] },
  { column: 'document', type: 'jsonb', values: [`'{"a": [1, null, "x\\"y"]}'`, `'null'`] },
  { column: 'list', type: 'integer[]', values: [`'{1,NULL,3}'`, `'{}'`] },
  { column: 'span', type: 'interval', values: ["'1 year 2 days 03:04:05.678'"] },
  { column: 'clock', type: 'time', values: ["'24:00:00'", "'12:34:56.789'"] },
];

/** A double by its value alone; minus zero is told from zero. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The expression with the column's name in it. */
export function forColumn(expression: string | undefined, column: string, plain: string): string {
  return (expression ?? plain).replaceAll('$', column);
}

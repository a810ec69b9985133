import {
  metadataOf,
  type DeliveryColumn,
  type DeliverySchema,
  type DeliveryType,
} from '@lakeferry/contracts';
import { isBase64 } from '../columns.js';
import type { ColumnBuilder } from '../column-builder.js';
import { scanBase64, scanText } from '../values/scan-text.js';
import {
  scanBool,
  scanDay,
  scanDecimal,
  scanDouble,
  scanFloat,
  scanInstant,
  scanInt32,
  scanInt64,
  scanInt96,
  scanSlowly,
  scanTime,
} from '../values/scan-value.js';
import { skipScalar } from '../values/scan-json.js';
import { matchSource } from './byte-matcher.js';
import type { LineHead } from './line-head.js';

/**
 * Reads the row whose first key stands at `p` into row `row` of the builders and returns the position
 * behind its `}`; -1 when the line deviates from the layout of the contract.
 */
export type RowScanner = (
  b: Uint8Array,
  p: number,
  builders: readonly ColumnBuilder[],
  row: number,
  head: LineHead,
) => number;

/**
 * Columns per generated function: V8 leaves functions of more than 60 KB of bytecode unoptimized,
 * and a column takes about 12 bytes of it per byte of its name.
 */
const COLUMNS_PER_FUNCTION = 24;

const SCANNERS: Readonly<Record<DeliveryType, string>> = {
  BOOL: 'scanBool',
  INT32: 'scanInt32',
  INT64: 'scanInt64',
  FLOAT: 'scanFloat',
  DOUBLE: 'scanDouble',
  DECIMAL: 'scanDecimal',
  DATE: 'scanDay',
  TIMESTAMP_MILLIS: 'scanInstant',
  TIMESTAMP_MICROS: 'scanInstant',
  TIME_MILLIS: 'scanTime',
  TIME_MICROS: 'scanTime',
  INT96: 'scanInt96',
  INTERVAL: 'scanSlowly',
  LIST: 'scanSlowly',
  MAP: 'scanSlowly',
  UTF8: 'scanText',
  BINARY: 'scanText',
};

const SCOPE = {
  scanBool,
  scanInt32,
  scanInt64,
  scanFloat,
  scanDouble,
  scanDecimal,
  scanDay,
  scanInstant,
  scanTime,
  scanInt96,
  scanSlowly,
  scanText,
  scanBase64,
  skipScalar,
};

/** Generates the scanner of a task's rows: the keys become constants, the types direct calls. */
export function compileRowScanner(
  schema: DeliverySchema,
  sourceColumns: readonly string[],
  eventTimeColumn: string | undefined,
): RowScanner {
  const parts: RowScanner[] = [];
  for (let from = 0; from < sourceColumns.length; from += COLUMNS_PER_FUNCTION) {
    const to = Math.min(from + COLUMNS_PER_FUNCTION, sourceColumns.length);
    parts.push(compile(rowScannerSource({ schema, sourceColumns, eventTimeColumn, from, to })));
  }
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return (b, p, builders, row, head) => {
    let q = p;
    for (const part of parts) {
      q = part(b, q, builders, row, head);
      if (q < 0) return -1;
    }
    return q;
  };
}

/** Compiled scanners by their source, so that lanes of one task share what V8 learned of them. */
const compiled = new Map<string, RowScanner>();
const COMPILED_MAX = 512;

function compile(source: string): RowScanner {
  let scanner = compiled.get(source);
  if (scanner === undefined) {
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    const names = Object.keys(SCOPE);
    scanner = new Function(...names, source)(...Object.values(SCOPE)) as RowScanner;
    compiled.set(source, scanner);
  }
  return scanner;
}

interface Slice {
  readonly schema: DeliverySchema;
  readonly sourceColumns: readonly string[];
  readonly eventTimeColumn: string | undefined;
  readonly from: number;
  readonly to: number;
}

function rowScannerSource({ schema, sourceColumns, eventTimeColumn, from, to }: Slice): string {
  const lines = ['return function scanRow(b, p, builders, row, head) {', 'let q = p;'];
  for (let at = from; at < to; at += 1) {
    const name = sourceColumns[at] as string;
    lines.push(...keySource(`${at === 0 ? '' : ','}${JSON.stringify(name)}:`));
    if (name === eventTimeColumn) lines.push('head.event = q;');
    lines.push(...valueSource(schema, name));
  }
  if (to === sourceColumns.length) lines.push('if (b[q] !== 125) return -1;', 'q += 1;');
  lines.push('return q;', '};');
  return lines.join('\n');
}

function keySource(key: string): string[] {
  return [`if (!(${matchSource(key, 'q')})) return -1;`, `q += ${Buffer.byteLength(key)};`];
}

/** A column that is delivered more than once is read from the same place again. */
function valueSource(schema: DeliverySchema, name: string): string[] {
  const reads = schema.flatMap((column, index) =>
    column.columnName === name && metadataOf(column) === null ? [readSource(column, index)] : [],
  );
  if (reads.length === 0) return ['q = skipScalar(b, q);', 'if (q < 0) return -1;'];
  return ['p = q;', ...reads.flatMap((read) => [read, 'if (q < 0) return -1;'])];
}

function readSource(column: DeliveryColumn, index: number): string {
  const binary = column.type === 'BINARY' && isBase64(column.sourceType);
  const scanner = binary ? 'scanBase64' : SCANNERS[column.type];
  const isNull = 'b[p] === 110 && b[p + 1] === 117 && b[p + 2] === 108 && b[p + 3] === 108';
  const builder = `builders[${index}]`;
  return `if (${isNull}) { ${builder}.setNull(row); q = p + 4; } else q = ${scanner}(${builder}, b, p, row);`;
}

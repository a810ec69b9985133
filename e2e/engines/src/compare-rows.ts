import type { ValueKind } from './source-table.js';

/** Texts of a row's values by column; the first is the id. */
export type TextRow = readonly (string | null)[];

export interface Compared {
  readonly columns: readonly { readonly name: string; readonly kind: ValueKind }[];
  readonly expected: readonly TextRow[];
  readonly found: readonly TextRow[];
}

const SHOWN_MAX = 10;

/** Every difference in a sentence, at most ten of them; rows are told apart by their first value. Pure. */
export function compareRows({ columns, expected, found }: Compared): string[] {
  const differences: string[] = [];
  const left = new Map(found.map((row) => [row[0], row]));
  if (left.size !== found.length)
    differences.push(`${found.length - left.size} rows are there twice`);
  for (const row of expected) {
    const other = left.get(row[0]);
    left.delete(row[0]);
    if (other === undefined) {
      differences.push(`row ${row[0]} is missing`);
      continue;
    }
    columns.forEach(({ name, kind }, at) => {
      const [want, got] = [comparable(kind, row[at]), comparable(kind, other[at])];
      if (want !== got) differences.push(`row ${row[0]}, ${name}: ${want} became ${got}`);
    });
  }
  for (const id of left.keys()) differences.push(`row ${id} was never in the source`);
  return differences.slice(0, SHOWN_MAX);
}

/** Numbers by their value, decimals by their digits, lists and maps by what they hold, everything else as it is written. */
export function comparable(kind: ValueKind, text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  switch (kind) {
    case 'number':
      return numberText(text);
    case 'decimal':
      // Zeros behind the point are digits of the type, which not every system writes.
      return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
    case 'list':
    case 'map':
      return JSON.stringify(ordered(JSON.parse(text)));
    default:
      return text;
  }
}

function numberText(text: string): string {
  const special = /^(-?)(inf(inity)?|nan)$/i.exec(text);
  if (special === null) return String(Number(text));
  const [, sign = '', word = ''] = special;
  return word.toLowerCase() === 'nan' ? 'NaN' : `${sign}Infinity`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => [key, ordered(inner)] as const);
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return typeof value === 'string' || value === null ? value : JSON.stringify(value);
}

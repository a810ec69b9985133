import type { Compared, TextRow } from './compare-rows.js';
import { nameIn, type Layout } from './layouts.js';
import { SOURCE_COLUMNS, type SourceColumn, type ValueKind } from './source-table.js';
import { valueText, type Dialect } from './value-texts.js';

/** What a table made by a statement is asked, in the words of its engine. */
export interface Question {
  readonly dialect: Dialect;
  readonly table: string;
  /** Columns that are compared. */
  readonly columns: readonly SourceColumn[];
  readonly rows: string;
  /** How many rows a condition on partitions finds; null where the layout has none. */
  readonly partition: string | null;
}

export interface QuestionOptions {
  readonly dialect: Dialect;
  readonly layout: Layout;
  readonly quote: (name: string) => string;
  /** Columns of the objects that are not asked for. */
  readonly without: readonly string[];
}

/** Pure. */
export function questionOf({ dialect, layout, quote, without }: QuestionOptions): Question {
  const table = quote(layout.taskName.replaceAll('-', '_'));
  const asked = SOURCE_COLUMNS.flatMap((column) => {
    const text = valueText(dialect, column.kind, quote(nameIn(layout, column.name)));
    return text === null || without.includes(nameIn(layout, column.name)) ? [] : [{ column, text }];
  });
  const list = asked.map(({ text }, at) => `${text} AS c${at}`);
  // Hive's reader reads every column when none is asked for, so that rows are counted by one of them.
  return {
    dialect,
    table,
    columns: asked.map(({ column }) => column),
    rows: `SELECT ${list.join(', ')} FROM ${table}`,
    partition:
      layout.partition === null
        ? null
        : `SELECT count(${quote('id')}) AS n FROM ${table} WHERE ${layout.partition.engine}`,
  };
}

/** The source's rows with the compared columns only, beside the engine's. Pure. */
export function comparedWith(
  { columns, dialect }: Question,
  source: readonly TextRow[],
  found: readonly TextRow[],
): Compared {
  const places = columns.map((column) => ({ column, at: SOURCE_COLUMNS.indexOf(column) }));
  const expected = source.map((row) =>
    places.map(({ column, at }) => row[at] ?? nullIn(dialect, column.kind)),
  );
  return { columns, expected, found };
}

/** ClickHouse has no null in place of a list or a map: it reads an empty one. */
function nullIn(dialect: Dialect, kind: ValueKind): string | null {
  if (dialect !== 'clickhouse') return null;
  return kind === 'list' ? '[]' : kind === 'map' ? '{}' : null;
}

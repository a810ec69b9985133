import { metadataOf, type RouteNote, type SourceRoute } from '@lakeferry/contracts';
import type { TableDescription } from '@lakeferry/postgres';
import { formOf, noted } from './route-form.js';

/** A table as it was found on the source. */
export interface TableFacts {
  readonly table: TableDescription;
  readonly leafOids: readonly number[];
  /** New columns are delivered by themselves. */
  readonly follow: boolean;
  readonly atMs: number;
}

/**
 * The route with what the catalog tells of its table that the stream does not: that it has another
 * name, columns that came and are not delivered, and its partitions, each of which is looked
 * through once: it can't hold older rows later on. The same route when there is nothing new. Pure.
 */
export function withTableFacts(route: SourceRoute, facts: TableFacts): SourceRoute {
  const { table, leafOids, follow, atMs } = facts;
  const form = formOf(route);
  const at = new Date(atMs).toISOString();
  const found = [
    ...(table.table === route.task.tableName ? [] : [renamed(table.table, at)]),
    ...(follow ? [] : newColumns(route, table, at)),
  ];
  const told = new Set(form.notes.map(identity));
  const news = found.filter((note) => !told.has(identity(note)));
  if (news.length === 0 && String(route.leafOids) === String(leafOids)) return route;
  return {
    ...route,
    leafOids: [...leafOids],
    ...(news.length === 0 ? {} : { form: { ...form, notes: noted(form.notes, news) } }),
  };
}

function identity({ code, column, message }: RouteNote): string {
  return JSON.stringify([code, column, ...(code === 'TABLE_RENAMED' ? [message] : [])]);
}

function renamed(table: string, at: string): RouteNote {
  const message = `The table is called ${table} now; it is still delivered.`;
  return { code: 'TABLE_RENAMED', column: null, message, remedy: null, at };
}

function newColumns(route: SourceRoute, table: TableDescription, at: string): RouteNote[] {
  const { shape } = formOf(route);
  if (shape.length === 0) return [];
  const known = new Set(shape.map(({ attnum }) => attnum));
  const delivered = new Set(
    route.task.config.schema
      .filter((column) => metadataOf(column) === null)
      .map(({ columnName }) => columnName),
  );
  return table.columns
    .filter(
      ({ attnum, name, deliverable }) => deliverable && !known.has(attnum) && !delivered.has(name),
    )
    .map(({ name, sqlType }) => addedColumn({ name, sqlType, at }));
}

/** A column that came and is not delivered. */
export function addedColumn(column: {
  readonly name: string;
  readonly sqlType: string;
  readonly at: string;
}): RouteNote {
  const { name, sqlType, at } = column;
  return {
    ...{ code: 'COLUMN_ADDED', column: name, at },
    message: `A column of type ${sqlType} was added and is not delivered.`,
    remedy: 'Add it to the schema of the task, or let the task follow its table.',
  };
}

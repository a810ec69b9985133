import {
  FIRST_REVISION,
  formatLsn,
  sourceColumnsOf,
  withColumnChanges,
  type DesiredTask,
  type RouteColumn,
  type RouteNote,
  type ShapeColumn,
  type SourceRoute,
} from '@lakeferry/contracts';
import { sourceColumn, type TableDescription, type TableShape } from '@lakeferry/postgres';
import { formOf, noted } from './route-form.js';

/** Columns of a table that the stream carries, in its order. Pure. */
export function streamedShape(table: TableDescription): ShapeColumn[] {
  return table.columns
    .filter(({ deliverable }) => deliverable)
    .map(({ attnum, name, typeOid }) => ({ attnum, name, typeOid }));
}

/**
 * The route once what the user wants of a running task is in force: a new version of its schema over
 * the table as it is. What the stream changed by itself, and the wish does not know, goes on. Pure.
 */
export function reviseRoute(
  route: SourceRoute,
  wish: { readonly task: DesiredTask; readonly shape: TableShape; readonly at: string },
): SourceRoute {
  const { task, shape, at } = wish;
  const form = formOf(route);
  const config = withColumnChanges(task.config, form.changes, task.schemaVersion);
  const notes: RouteNote[] = [];
  const row = sourceColumnsOf(config.schema, config.eventTimeColumn?.columnName).map((name) => {
    const column = shape.table.columns.find((each) => each.name === name && each.deliverable);
    if (column !== undefined) return sourceColumn(column);
    const message = 'The table has no such column: it is null.';
    const remedy = 'Change the schema of the task to leave it out.';
    notes.push({ code: 'COLUMN_MISSING', column: name, message, remedy, at });
    return missing(route, name);
  });
  const delivered = new Set(row.map(({ name }) => name));
  const kept = form.notes.filter(
    ({ code, column }) => code !== 'COLUMN_ADDED' || !delivered.has(column ?? ''),
  );
  return {
    ...route,
    ...{ row, key: keyOf(route, shape.table) },
    task: { ...task, config },
    base: route.base ?? { key: route.key, row: route.row },
    form: {
      version: form.version + 1,
      revision: task.schemaRevision ?? FIRST_REVISION,
      ...{ lsn: formatLsn(shape.holdsFrom), shape: streamedShape(shape.table) },
      changes: form.changes.filter(({ version }) => version > task.schemaVersion),
      notes: noted(kept, notes),
    },
  };
}

const TEXT_OID = 25;

function missing(route: SourceRoute, name: string): RouteColumn {
  const known = route.row.find((column) => column.name === name);
  return { ...(known ?? { name, typeOid: TEXT_OID, baseTypeOid: TEXT_OID }), gone: true };
}

/** The table's key; in the order that it has in the route where it is the same. */
function keyOf(route: SourceRoute, table: TableDescription): RouteColumn[] {
  const now = table.keyColumns.flatMap((name) => {
    const column = table.columns.find((each) => each.name === name);
    return column === undefined ? [] : [sourceColumn(column)];
  });
  const before = route.key.flatMap((known) => now.find((column) => isSame(known, column)) ?? []);
  return before.length === now.length ? before : now;
}

function isSame(known: RouteColumn, { attnum, name }: RouteColumn): boolean {
  return known.attnum === undefined ? known.name === name : known.attnum === attnum;
}

import {
  deliveryTypesOf,
  formatLsn,
  metadataOf,
  sourceColumnsOf,
  withColumnChanges,
  type ColumnChange,
  type RouteColumn,
  type RouteNote,
  type ShapeColumn,
  type SourceRoute,
  type TaskConfig,
} from '@lakeferry/contracts';
import type { TableColumn } from '@lakeferry/postgres';
import { followedColumn } from './followed-column.js';
import { formOf, noted } from './route-form.js';
import { addedColumn } from './table-facts.js';

/** A table whose columns changed at a point of the stream. */
export interface Alteration {
  /** Its columns from there on. */
  readonly shape: readonly ShapeColumn[];
  /** Columns that identify a row from there on; empty where the stream does not tell. */
  readonly keyNames: readonly string[];
  /** Of the transaction from which it holds. */
  readonly commitLsn: bigint;
  readonly at: string;
  /** New columns are delivered. */
  readonly follow: boolean;
  /** The version of the schema that the task's record knows. */
  readonly knownVersion: number;
  /** The columns as they are in the catalog, which may be ahead of the stream. */
  readonly catalog: readonly TableColumn[];
}

/** The type of a column that is no longer in the catalog as the stream has it: its text loses nothing. */
const TEXT = { type: 'text', baseTypeOid: 25, precision: null, scale: null } as const;

interface Draft {
  readonly config: TaskConfig;
  readonly alteration: Alteration;
  readonly version: number;
  readonly claimed: ReadonlySet<number>;
  readonly notes: RouteNote[];
  readonly changes: ColumnChange[];
}

/**
 * The route of a task behind a change of its table. A column keeps its place by its number, whatever
 * it is called; one that was dropped is null, until one of its name comes. Pure.
 */
export function alterRoute(route: SourceRoute, alteration: Alteration): SourceRoute {
  const form = formOf(route);
  const { shape, commitLsn, at, knownVersion } = alteration;
  const { config } = route.task;
  const numbers = new Set(shape.map(({ attnum }) => attnum));
  const claimed = new Set(
    [...route.row, ...route.key].flatMap(({ attnum }) =>
      attnum !== undefined && numbers.has(attnum) ? [attnum] : [],
    ),
  );
  const draft: Draft = {
    ...{ config, alteration, claimed, version: form.version + 1, notes: [], changes: [] },
  };
  const row = keepNamesApart(
    route.row.map((column) => alterColumn(column, draft)),
    draft,
  );
  const places = newPlaces(route, row, draft);
  const added = alteration.follow ? follow(places, draft) : [];
  if (!alteration.follow) tellNew(route, places, draft);
  const key = alterKey(route, draft);
  const altered = withColumnChanges(config, draft.changes, form.version);
  const time = altered.eventTimeColumn?.columnName;
  const byName = new Map([...row, ...added].map((column) => [column.name, column]));
  const isNewVersion = draft.changes.length > 0;
  return {
    ...route,
    ...{
      key,
      row: sourceColumnsOf(altered.schema, time).flatMap((name) => byName.get(name) ?? []),
    },
    task: { ...route.task, config: altered },
    base: route.base ?? { key: route.key, row: route.row },
    form: {
      version: isNewVersion ? draft.version : form.version,
      revision: form.revision,
      ...{ lsn: formatLsn(commitLsn), shape: [...shape] },
      changes: [...form.changes.filter(({ version }) => version > knownVersion), ...draft.changes],
      notes: noted(
        form.notes,
        draft.notes.map((each) => ({ ...each, at })),
      ),
    },
  };
}

/** The column of the shape that a column of the route is now: by its number, else by its name. */
function placeOf(column: RouteColumn, draft: Draft): ShapeColumn | undefined {
  const { shape } = draft.alteration;
  const own = shape.find(({ attnum }) => attnum === column.attnum);
  return (
    own ?? shape.find(({ name, attnum }) => name === column.name && !draft.claimed.has(attnum))
  );
}

function alterColumn(column: RouteColumn, draft: Draft): RouteColumn {
  const place = placeOf(column, draft);
  if (place === undefined) return dropColumn(column, draft);
  const { attnum, name, typeOid } = place;
  const isRetyped = typeOid !== column.typeOid;
  const type = isRetyped ? typeOf(place, draft) : null;
  const baseTypeOid = type?.baseTypeOid ?? column.baseTypeOid;
  if (column.gone === true) {
    tell(draft, 'COLUMN_RETURNED', name, 'The column is there again and is delivered.');
  }
  if (name !== column.name) {
    const message = `The column was called ${JSON.stringify(column.name)}; its values go on.`;
    tell(draft, 'COLUMN_RENAMED', name, message);
  }
  if (type !== null) tellRetyped(column, type.type, draft);
  if (name !== column.name || type !== null) {
    const sourceType = type?.type ?? sourceTypeOf(draft.config, column.name);
    const from = column.name;
    draft.changes.push({
      ...{ version: draft.version, kind: 'altered', from, columnName: name, sourceType },
    });
  }
  return { name, typeOid, baseTypeOid, attnum };
}

function dropColumn(column: RouteColumn, draft: Draft): RouteColumn {
  if (column.gone === true) return column;
  const message = 'The column was dropped: it is null from then on.';
  const remedy = 'Change the schema of the task to leave it out.';
  tell(draft, 'COLUMN_DROPPED', column.name, message, remedy);
  return { ...column, gone: true };
}

/** A column that was dropped gives its name up to one that took it. */
function keepNamesApart(row: readonly RouteColumn[], draft: Draft): RouteColumn[] {
  const living = new Set(row.filter(({ gone }) => gone !== true).map(({ name }) => name));
  return row.map((column) => {
    const { name, gone, attnum } = column;
    if (gone !== true || !living.has(name)) return column;
    const columnName = `${name} (dropped ${attnum ?? 0})`;
    const sourceType = sourceTypeOf(draft.config, name);
    draft.changes.push({
      ...{ version: draft.version, kind: 'altered', from: name, columnName, sourceType },
    });
    return { ...column, name: columnName };
  });
}

/** Columns that were not there before. */
function newPlaces(
  route: SourceRoute,
  row: readonly RouteColumn[],
  { alteration }: Draft,
): ShapeColumn[] {
  const known = formOf(route).shape;
  if (known.length === 0) return [];
  const before = new Set([...known, ...row].map(({ attnum }) => attnum));
  return alteration.shape.filter(({ attnum }) => !before.has(attnum));
}

/** A check of the table may have told of them before the stream came to them. */
function tellNew(route: SourceRoute, places: readonly ShapeColumn[], draft: Draft): void {
  const told = formOf(route).notes.filter(({ code }) => code === 'COLUMN_ADDED');
  for (const { attnum, name } of places) {
    if (told.some(({ column }) => column === name)) continue;
    const column = draft.alteration.catalog.find((each) => each.attnum === attnum);
    draft.notes.push(addedColumn({ name, sqlType: column?.sqlType ?? TEXT.type, at: '' }));
  }
}

/** New columns as the last ones of the schema. */
function follow(places: readonly ShapeColumn[], draft: Draft): RouteColumn[] {
  const taken = new Set(draft.config.schema.map((each) => each.ossColumnName.toLowerCase()));
  return places.map((place) => {
    const type = typeOf(place, draft);
    const column = followedColumn({ ...type, name: place.name }, taken);
    taken.add(column.ossColumnName.toLowerCase());
    draft.changes.push({ version: draft.version, kind: 'followed', column });
    const message = `The column was added and is delivered as ${column.type} ${column.ossColumnName}.`;
    tell(draft, 'COLUMN_FOLLOWED', place.name, message);
    const { attnum, name, typeOid } = place;
    return { name, typeOid, baseTypeOid: type.baseTypeOid, attnum };
  });
}

/** Where the stream tells another key, rows are spread over the lanes by it from this point on. */
function alterKey(route: SourceRoute, draft: Draft): RouteColumn[] {
  const { keyNames, shape } = draft.alteration;
  const placed = route.key.map((column) => ({ column, place: placeOf(column, draft) }));
  const told = shape.filter(({ name }) => keyNames.includes(name));
  const before = new Set(placed.map(({ place }) => place?.attnum));
  const isKept = told.every(({ attnum }) => before.has(attnum)) && told.length === before.size;
  const isThere = placed.every(({ place }) => place !== undefined);
  const places = placed.flatMap(({ place }) => place ?? []);
  const now = told.length === 0 ? (isThere ? places : []) : isKept ? places : told;
  if (now !== places) {
    const names = now.map(({ name }) => name).join(', ');
    const message = names === '' ? 'Rows have no key any more.' : `The key is ${names} now.`;
    tell(draft, 'KEY_CHANGED', null, message);
  }
  return now.map((place) => {
    const { attnum, name, typeOid } = place;
    const known = [...route.key, ...route.row].find(
      (column) => column.attnum === attnum && column.typeOid === typeOid,
    );
    const baseTypeOid = known?.baseTypeOid ?? typeOf(place, draft).baseTypeOid;
    return { name, typeOid, baseTypeOid, attnum };
  });
}

function typeOf(place: ShapeColumn, { alteration }: Draft) {
  const column = alteration.catalog.find(({ attnum }) => attnum === place.attnum);
  return column?.typeOid === place.typeOid ? column : TEXT;
}

function tellRetyped({ name }: RouteColumn, sourceType: string, draft: Draft): void {
  const { possible } = deliveryTypesOf(sourceType);
  const misfit = draft.config.schema.find(
    (each) =>
      each.columnName === name && metadataOf(each) === null && !possible.includes(each.type),
  );
  const message = `The column is of type ${sourceType} now`;
  if (misfit === undefined) return tell(draft, 'COLUMN_RETYPED', name, `${message}.`);
  const { type } = misfit;
  const what = `${message}: values that do not fit ${type} are null and counted as dirty.`;
  const remedy = `Change the schema of the task: ${possible.join(' or ')}.`;
  tell(draft, 'COLUMN_RETYPED', name, what, remedy);
}

function sourceTypeOf({ schema, eventTimeColumn }: TaskConfig, name: string): string {
  const column = schema.find((each) => each.columnName === name && metadataOf(each) === null);
  return column?.sourceType ?? eventTimeColumn?.sourceType ?? TEXT.type;
}

// eslint-disable-next-line max-params -- a sentence and what it is about
function tell(
  draft: Draft,
  code: RouteNote['code'],
  column: string | null,
  message: string,
  remedy: string | null = null,
): void {
  draft.notes.push({ code, column, message, remedy, at: '' });
}

import { z } from 'zod';
import { deliveryColumn } from './delivery-schema.js';
import { lsnText } from './lsn.js';
import { metadataOf } from './metadata-columns.js';
import type { TaskConfig } from './task.js';

/** The first version of a task's schema, and the first revision of what its user wants. */
export const FIRST_VERSION = 1;
export const FIRST_REVISION = 1;

/** Something that happened to the table of a task, or to its columns, and what became of it. */
export const routeNote = z.object({
  code: z.enum([
    'COLUMN_ADDED',
    'COLUMN_FOLLOWED',
    'COLUMN_DROPPED',
    'COLUMN_RENAMED',
    'COLUMN_RETYPED',
    'COLUMN_RETURNED',
    'COLUMN_MISSING',
    'KEY_CHANGED',
    'TABLE_RENAMED',
  ]),
  column: z.string().nullable(),
  message: z.string(),
  /** What the user may want to do about it; null where nothing needs doing. */
  remedy: z.string().nullable(),
  /** When it happened, or was found. */
  at: z.string(),
});
export type RouteNote = z.infer<typeof routeNote>;

/** Notes of a task that are kept, the newest. */
export const NOTES_MAX = 20;

const since = {
  /** The version of the schema that came with it. */
  version: z.number().int().positive(),
};

/** What the stream changed of a task's schema by itself. */
export const columnChange = z.discriminatedUnion('kind', [
  /** A new column, delivered as the last one. */
  z.object({ ...since, kind: z.literal('followed'), column: deliveryColumn }),
  /** A column of the source that has another name or type there from then on. */
  z.object({
    ...since,
    kind: z.literal('altered'),
    /** Its name until then. */
    from: z.string(),
    columnName: z.string(),
    sourceType: z.string(),
  }),
]);
export type ColumnChange = z.infer<typeof columnChange>;
type Altered = Extract<ColumnChange, { kind: 'altered' }>;
type Followed = Extract<ColumnChange, { kind: 'followed' }>;

/** A column of a table at a point of the stream, in the order of the stream. */
export const shapeColumn = z.object({
  attnum: z.number().int().positive(),
  name: z.string(),
  typeOid: z.number().int().positive(),
});
export type ShapeColumn = z.infer<typeof shapeColumn>;

/** What a task's rows become, what its user wants, and the table they were last compared with. */
export const routeForm = z.object({
  /** Version of the schema that is in force. */
  version: z.number().int().positive(),
  /** Revision of the user's wish that is in force. */
  revision: z.number().int().positive(),
  /** `shape` holds for transactions with this commit LSN or a higher one. */
  lsn: lsnText,
  /** All columns of the table that the stream carries. */
  shape: z.array(shapeColumn),
  /** What the stream changed of the schema, as far as the wish does not know it. */
  changes: z.array(columnChange),
  notes: z.array(routeNote).max(NOTES_MAX),
});
export type RouteForm = z.infer<typeof routeForm>;

/**
 * A configuration with the changes of its schema that it does not know: those of versions above
 * `known`. Pure.
 */
export function withColumnChanges(
  config: TaskConfig,
  changes: readonly ColumnChange[],
  known: number,
): TaskConfig {
  const versions = [...new Set(changes.map(({ version }) => version))].sort((a, b) => a - b);
  return versions
    .filter((version) => version > known)
    .reduce(
      (changed, version) =>
        withVersion(
          changed,
          changes.filter((change) => change.version === version),
        ),
      config,
    );
}

/** What one version brought came at one point: columns may have exchanged their names. */
function withVersion(config: TaskConfig, changes: readonly ColumnChange[]): TaskConfig {
  const altered = new Map(
    changes
      .filter((change): change is Altered => change.kind === 'altered')
      .map(({ from, columnName, sourceType }) => [from, { columnName, sourceType }]),
  );
  const kept = config.schema.map((column) => {
    const now = metadataOf(column) === null ? altered.get(column.columnName) : undefined;
    return now === undefined ? column : { ...column, ...now };
  });
  const followed = changes
    .filter((change): change is Followed => change.kind === 'followed')
    .map(({ column }) => column)
    .filter(
      ({ columnName, ossColumnName }) =>
        !kept.some(
          (column) => column.columnName === columnName || column.ossColumnName === ossColumnName,
        ),
    );
  const time = config.eventTimeColumn;
  const timeNow = time === undefined ? undefined : altered.get(time.columnName);
  return {
    ...config,
    schema: [...kept, ...followed],
    ...(time === undefined || timeNow === undefined
      ? {}
      : { eventTimeColumn: { ...time, ...timeNow } }),
  };
}

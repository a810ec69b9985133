import { z } from 'zod';
import { deliverySchema } from './delivery-schema.js';

export const taskType = z.enum(['BASE', 'INC', 'BASE_INC']);
export type TaskType = z.infer<typeof taskType>;

/** Compression of the pages of a Parquet file. */
export const codec = z.enum(['NONE', 'SNAPPY', 'GZIP', 'ZSTD', 'LZ4']);
export type Codec = z.infer<typeof codec>;

/** What becomes of deletes: nothing, or a row with the key and `$op`. */
export const deletes = z.enum(['ignore', 'flag']);
export type Deletes = z.infer<typeof deletes>;

/** What becomes of columns that are added to the table: they are told, or delivered from then on. */
export const schemaChanges = z.enum(['report', 'follow']);
export type SchemaChanges = z.infer<typeof schemaChanges>;

export const timeFormat = z.enum(['RFC822', 'RFC850', 'RFC1123', 'RFC3339', 'Unix']);
export type TimeFormat = z.infer<typeof timeFormat>;

/** The event-time column; native date and timestamp columns need no format. */
export const eventTimeColumn = z.object({
  columnName: z.string(),
  /** Type name of the source column. */
  sourceType: z.string(),
  timeFormat: timeFormat.optional(),
});
export type EventTimeColumn = z.infer<typeof eventTimeColumn>;

/** What a task delivers where; every value resolved, no defaults left open. */
export const taskConfig = z.object({
  /** The prefix with its time variables, without slashes at its ends. */
  ossPrefix: z.string(),
  ossBucket: z.string(),
  ossEndpoint: z.string().optional(),
  region: z.string().optional(),
  ossStsRole: z.string().optional(),
  format: z.literal('Parquet'),
  eventTimeColumn: eventTimeColumn.optional(),
  /** IANA name. */
  timeZone: z.string(),
  schema: deliverySchema,
  codec: codec.default('SNAPPY'),
  deletes: deletes.default('ignore'),
  /** Where dirty fields become objects too; without time variables. */
  ossDirtyPrefix: z.string().optional(),
  schemaChanges: schemaChanges.default('report'),
  /** Lanes that the changes may come to have when their rate needs them. */
  lanesMax: z.number().int().min(1).default(1),
  fileBytesTarget: z.number().int().positive(),
  fileAgeSecondsMax: z.number().positive(),
});
export type TaskConfig = z.infer<typeof taskConfig>;

/**
 * Desired state of a task (`lakeferry.tasks`, key task id). A deleted task's record is a tombstone
 * once everything of it is gone.
 * - `active`: route it, scan it, encode it, write it;
 * - `paused`: the encoder seals and stops; the route stays;
 * - `finished`: a BASE task whose E is delivered: route off;
 * - `deleting`: route off, release the lanes.
 */
export const desiredTask = z.object({
  v: z.literal(1),
  taskId: z.uuid(),
  taskName: z.string(),
  source: z.string(),
  /** Name as in SQL. */
  tableName: z.string(),
  taskType,
  state: z.enum(['active', 'paused', 'finished', 'deleting']),
  /** Lanes of the base scan, and at first of the changes. */
  lanes: z.number().int().min(1),
  config: taskConfig,
  /** The version of the schema that `config` builds on: what the stream changed later is not in it. */
  schemaVersion: z.number().int().positive(),
  /** Counts what the user changed; absent where nothing was changed yet. */
  revision: z.number().int().positive().optional(),
  /** The last revision that needs a new version of the schema. */
  schemaRevision: z.number().int().positive().optional(),
  createdAt: z.string(),
});
export type DesiredTask = z.infer<typeof desiredTask>;

/** A source (`lakeferry.sources`, its own partition, key source name). */
export const sourceRecord = z.object({
  v: z.literal(1),
  name: z.string(),
  kind: z.literal('postgres'),
  /** The connection URL, sealed with the installation's secret key. */
  sealedUrl: z.string(),
  partition: z.number().int().nonnegative(),
});
export type SourceRecord = z.infer<typeof sourceRecord>;

/** What holds where a task says nothing of it. */
export const TASK_CONFIG_DEFAULTS = {
  codec: 'SNAPPY',
  deletes: 'ignore',
  schemaChanges: 'report',
  lanesMax: 1,
} as const satisfies Partial<TaskConfig>;

export const DEFAULT_FILE_BYTES_TARGET = 64 * 1024 * 1024;
export const DEFAULT_FILE_AGE_SECONDS_MAX = 120;

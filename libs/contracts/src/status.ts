import { z } from 'zod';
import { laneOpenings } from './lane-openings.js';
import { lsnText } from './lsn.js';
import { columnChange, routeNote } from './schema-evolution.js';

/** An error that a service holds or halts on. `code` is one of the error table. */
export const statusError = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  action: z.enum(['retry', 'hold', 'halt']),
  since: z.string(),
});
export type StatusError = z.infer<typeof statusError>;

const count = z.number().int().nonnegative();

/** What the changefeed reports of a task. */
export const routeStatus = z.object({
  kind: z.literal('route'),
  taskId: z.string(),
  /**
   * `pending`: the route can't be made yet, `error` says why; `on`: it is durable, INIT is over;
   * `off`: no producer of the changefeed knows the task's topics any more.
   */
  state: z.enum(['pending', 'on', 'off']),
  /** The point at which the task starts; null until the plan is made. */
  c: lsnText.nullable(),
  /** What the plan waits for, in words. */
  waitingFor: z.string().nullable(),
  rows: count,
  bytes: count,
  /** Lanes over which rows are spread now, and lanes that ever were in use. */
  lanes: z.object({ count, opened: count }).optional(),
  /** Bytes of the task that Kafka holds, estimated. */
  bytesHeld: count,
  /** Unchanged TOAST values that could not be delivered. */
  unchangedToast: count,
  /** Version of the schema and revision of the task that are in force. */
  version: z.number().int().positive().optional(),
  revision: z.number().int().positive().optional(),
  /** Present name of the table as in SQL; null while it is not known. */
  table: z.string().nullable().optional(),
  /** What happened to the table, oldest first. */
  notes: z.array(routeNote).optional(),
  /** What the stream changed of the schema, as far as the task's record does not know it. */
  changes: z.array(columnChange).optional(),
  error: statusError.nullable(),
});

/** Progress of the base scan. */
export const scanStatus = z.object({
  kind: z.literal('scan'),
  taskId: z.string(),
  state: z.enum(['running', 'done']),
  pagesTotal: count,
  pagesDone: count,
  /** Where the process that reports took the scan up, by its clock. */
  from: z.object({ at: z.string(), pagesDone: count }).optional(),
  rows: count,
  bytes: count,
  /** E of the scan: the insert LSN at its end. */
  end: lsnText.nullable(),
  error: statusError.nullable(),
});

/** What an encoder reports of a lane it owns. */
export const encoderStatus = z.object({
  kind: z.literal('encoder'),
  taskId: z.string(),
  lane: count,
  phase: z.enum(['base', 'barrier', 'rows', 'paused']),
  /** Totals since the process took the lane over. */
  rows: count,
  openFiles: count,
  openBytes: count,
  error: statusError.nullable(),
});

/** A bucket that was created anew gets everything again. */
export const redelivery = z.object({
  running: z.boolean(),
  /** Objects that were delivered before, and those of them that are there again. */
  objects: count,
  done: count,
  /** What Kafka no longer held when it ended. */
  lostObjects: count,
  lostRows: count,
});
export type Redelivery = z.infer<typeof redelivery>;

/** What a writer reports of a lane it owns; delivered-up-to comes from here only. */
export const writerStatus = z.object({
  kind: z.literal('writer'),
  taskId: z.string(),
  lane: count,
  /** Every row of the lane's base is in a visible object. */
  baseVisible: z.boolean(),
  /** Every row of the lane committed below this LSN, and before this time, is in a visible object. */
  deliveredLsn: lsnText.nullable(),
  deliveredAt: z.string().nullable(),
  /** What the lane knows of lanes that came later: at least those opened before `deliveredLsn`. */
  openings: laneOpenings,
  redelivery: redelivery.nullable().optional(),
  error: statusError.nullable(),
});

/** What the owner of a source reports of it. */
export const sourceStatus = z.object({
  kind: z.literal('source'),
  source: z.string(),
  state: z.enum(['starting', 'streaming', 'halted', 'waiting']),
  positionLsn: lsnText.nullable(),
  positionAt: z.string().nullable(),
  retainedWalBytes: count.nullable(),
  error: statusError.nullable(),
});

/** A record of `lakeferry.status`. */
export const statusRecord = z.discriminatedUnion('kind', [
  routeStatus,
  scanStatus,
  encoderStatus,
  writerStatus,
  sourceStatus,
]);
export type RouteStatus = z.infer<typeof routeStatus>;
export type ScanStatus = z.infer<typeof scanStatus>;
export type EncoderStatus = z.infer<typeof encoderStatus>;
export type WriterStatus = z.infer<typeof writerStatus>;
export type SourceStatus = z.infer<typeof sourceStatus>;
export type StatusRecord = z.infer<typeof statusRecord>;

/** Key of a status record: the newest per subject is what counts. */
export function statusKey(record: StatusRecord): string {
  switch (record.kind) {
    case 'route':
    case 'scan':
      return `${record.taskId}/${record.kind}`;
    case 'encoder':
    case 'writer':
      return `${record.taskId}/${record.kind}/${record.lane}`;
    case 'source':
      return `source/${record.source}`;
  }
}

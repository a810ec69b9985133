import { z } from 'zod';
import { FIRST_REVISION, finding, routeNote, taskConfig, taskType } from '@lakeferry/contracts';
import type { DeliveredTotals, StoredTask } from '@lakeferry/task-store';
import type { TaskReports } from '../status/task-reports.js';
import { deliveredUpTo, taskPhase } from './task-phase.js';
import { scanEndsAt } from './scan-estimate.js';
import { redeliverySaid, redeliveryView, toRedelivery } from './redelivery-view.js';
import { worstError } from './worst-error.js';

/** A task as it is shown. */
export const taskView = z.object({
  taskId: z.uuid(),
  source: z.string(),
  tableName: z.string(),
  taskName: z.string(),
  taskType,
  phase: z.enum(['INIT', 'FULL', 'INCR']),
  state: z.enum(['creating', 'active', 'paused', 'finished', 'deleting', 'deleted']),
  createdAt: z.string(),
  /** The position at which the task started; null until it is found. */
  c: z.string().nullable(),
  /** What the start of the task waits for, in words. */
  waitingFor: z.string().nullable(),
  /** Every row committed before this is in a visible object. */
  deliveredUpTo: z.object({ lsn: z.string(), at: z.string().nullable() }).nullable(),
  /** Age of what is not delivered yet. */
  lagSeconds: z.number().nullable(),
  rows: z.number(),
  bytes: z.number(),
  objects: z.number(),
  /** Fields that became null because their value did not fit. */
  dirty: z.number(),
  /** Lanes over which the changes are spread now; they grow with the rate. */
  lanes: z.number(),
  /** Unchanged TOAST values that were not known. */
  unchangedToast: z.number(),
  /** Bytes of the task that Kafka holds, estimated. */
  bytesHeld: z.number(),
  scan: z
    .object({
      state: z.enum(['running', 'done']),
      pagesDone: z.number(),
      pagesTotal: z.number(),
      rows: z.number(),
      /** When it will have ended at its pace so far; null once it has, or while nothing is known. */
      endsAt: z.string().nullable(),
      end: z.string().nullable(),
    })
    .nullable(),
  redelivery: redeliveryView.nullable(),
  errorCode: z.string(),
  message: z.string().nullable(),
  remedy: z.string().nullable(),
  errorSince: z.string().nullable(),
  taskConfig: taskConfig
    .omit({ schema: true })
    .extend({ parquetSchema: taskConfig.shape.schema, lanes: z.int() }),
  warnings: z.array(finding),
  /** Counts what the user changed. */
  revision: z.int(),
  /** What is wanted of the rows and not in force yet; null when everything is. */
  pendingRevision: z.int().nullable(),
  /** Version of the schema that is in force. */
  schemaVersion: z.int(),
  /** What happened to the table, oldest first. */
  notes: z.array(routeNote),
});
export type TaskView = z.infer<typeof taskView>;

/** Pure: the task, what is reported of it, what the ledger counts, and the clock. */
export function toTaskView(
  task: StoredTask,
  of: { reports: TaskReports; totals: DeliveredTotals; nowMs: number },
): TaskView {
  const { reports, totals } = of;
  const progress = { ...task, reports };
  const delivered = deliveredUpTo(progress);
  const { errorCode, message, remedy, since } = worstError(reports);
  const redelivery = toRedelivery(reports.writers.values());
  const { schema, ...config } = task.config;
  const { taskId, source, tableName, taskName, taskType: type, state } = task;
  return {
    ...{ taskId, source, tableName, taskName, taskType: type, state },
    phase: taskPhase(progress),
    createdAt: task.createdAt.toISOString(),
    c: reports.route?.c ?? null,
    waitingFor: reports.route?.waitingFor ?? null,
    deliveredUpTo: delivered,
    lagSeconds: lagSeconds(delivered?.at ?? null, of.nowMs),
    ...totals,
    lanes: reports.route?.lanes?.count ?? task.lanes,
    unchangedToast: reports.route?.unchangedToast ?? 0,
    bytesHeld: reports.route?.bytesHeld ?? 0,
    scan: toScan(reports, of.nowMs),
    redelivery,
    ...{ errorCode, message: message ?? redeliverySaid(redelivery), remedy, errorSince: since },
    taskConfig: { ...config, parquetSchema: schema, lanes: task.lanes },
    warnings: [...task.warnings],
    ...revisions(task, reports),
    notes: reports.route?.notes ?? [],
  };
}

function revisions(task: StoredTask, { route }: TaskReports) {
  const { revision, schemaRevision, schemaVersion } = task;
  const inForce = route?.revision ?? FIRST_REVISION;
  return {
    revision,
    pendingRevision: schemaRevision > inForce ? schemaRevision : null,
    schemaVersion: route?.version ?? schemaVersion,
  };
}

function toScan({ scan }: TaskReports, nowMs: number): TaskView['scan'] {
  if (scan === undefined) return null;
  const { state, pagesDone, pagesTotal, rows, end } = scan;
  return { state, pagesDone, pagesTotal, rows, endsAt: scanEndsAt(scan, nowMs), end };
}

function lagSeconds(at: string | null, nowMs: number): number | null {
  const then = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(then) ? null : Math.max(0, Math.round((nowMs - then) / 100) / 10);
}

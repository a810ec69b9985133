import { z } from 'zod';
import { pageIdentityJson } from './identity.js';
import { laneOpenings } from './lane-openings.js';
import { lsnText } from './lsn.js';
import { deliverySchema } from './delivery-schema.js';
import { codec, deletes, eventTimeColumn, type TaskConfig } from './task.js';

/** Partitions of a task's `plan` topic, one writer each. */
export const PLAN_PARTITIONS = { stream: 0, scan: 1 } as const;

/** Keys in `plan`. */
export const PLAN_KEYS = {
  plan: 'plan',
  schema: (version: number) => `schema/${version}`,
  scan: 'scan',
  lanes: 'lanes',
} as const;

/** One table to scan: the task's table itself or a leaf partition. */
export const scanLeaf = z.object({
  oid: z.number().int().positive(),
  /** Name as in SQL. */
  name: z.string(),
  relfilenode: z.number().int().positive(),
  /** Pages at the time of the plan; later pages hold nothing that S can see. */
  pages: z.number().int().nonnegative(),
  /** Number of its block 0 in the numbering through all leaves. */
  firstBlock: z.number().int().nonnegative(),
});
export type ScanLeaf = z.infer<typeof scanLeaf>;

/** The point at which a task starts, and how its base is scanned (`plan/0`, key `plan`). */
export const taskPlan = z.object({
  v: z.literal(1),
  taskId: z.string(),
  /** The consistent point C: a transaction belongs to the task iff its commit LSN is not below it. */
  c: lsnText,
  /** The snapshot S, text of `pg_current_snapshot()` under the slot's exported snapshot. */
  snapshot: z.string(),
  /** Clock of the source when the plan was made; `at` of every scanned row. */
  at: z.string(),
  systemIdentifier: z.string(),
  timeline: z.number().int(),
  slot: z.string(),
  tableOid: z.number().int().positive(),
  /** Empty for a task that scans nothing (INC). */
  leaves: z.array(scanLeaf),
  chunkPages: z.number().int().positive(),
  scanLanes: z.number().int().positive(),
});
export type TaskPlan = z.infer<typeof taskPlan>;

/** A version of the task's schema (`plan/0`, key `schema/<version>`). */
export const planSchema = z.object({
  v: z.literal(1),
  version: z.number().int().positive(),
  schema: deliverySchema,
  eventTimeColumn: eventTimeColumn.optional(),
  /** What the rendered prefix of a row is made of, together with its time. */
  ossPrefix: z.string(),
  timeZone: z.string(),
  codec: codec.default('SNAPPY'),
  deletes: deletes.default('ignore'),
  ossDirtyPrefix: z.string().optional(),
});
export type PlanSchema = z.infer<typeof planSchema>;

/** What of a task's configuration its rows depend on, as one version. Pure. */
export function planSchemaOf(version: number, config: TaskConfig): PlanSchema {
  const { schema, eventTimeColumn, ossPrefix, timeZone, codec, deletes, ossDirtyPrefix } = config;
  return {
    ...{ v: 1, version, schema, ossPrefix, timeZone, codec, deletes },
    ...(eventTimeColumn === undefined ? {} : { eventTimeColumn }),
    ...(ossDirtyPrefix === undefined ? {} : { ossDirtyPrefix }),
  };
}

/** Lanes that came after the start (`plan/0`, key `lanes`). */
export const planLanes = z.object({ v: z.literal(1), openings: laneOpenings });
export type PlanLanes = z.infer<typeof planLanes>;

/** How far the scan came (`plan/1`, key `scan`), in the same transactions as the rows. */
export const scanPosition = z.object({
  v: z.literal(1),
  /** Chunks below this one are published. */
  chunk: z.number().int().nonnegative(),
  /** Last row published of chunk `chunk`, when the chunk is published in part. */
  within: pageIdentityJson.nullable(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Rows published to each lane. */
  laneRows: z.array(z.number().int().nonnegative()),
  /** The scan is complete; E is the insert LSN at its end (a BASE task is finished when E is delivered). */
  end: lsnText.nullable(),
});
export type ScanPosition = z.infer<typeof scanPosition>;

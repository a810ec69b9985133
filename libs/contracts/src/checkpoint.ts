import { z } from 'zod';
import { changeIdentityJson, identityJson } from './identity.js';
import { laneOpenings } from './lane-openings.js';
import { lsnText } from './lsn.js';
import { taskPlan } from './plan.js';
import { routeForm } from './schema-evolution.js';
import { desiredTask } from './task.js';

/** Key of fence records in every checkpoint partition. */
export const FENCE_KEY = 'fence';

/** Keys in `lakeferry.source.<source>`. */
export const SOURCE_KEYS = {
  position: 'position',
  route: (taskId: string) => `route/${taskId}`,
} as const;

/** How far the stream of a source is published. */
export const sourcePosition = z.object({
  v: z.literal(1),
  systemIdentifier: z.string(),
  timeline: z.number().int(),
  database: z.string(),
  slot: z.string(),
  /** Every transaction that ended at or below this LSN is published as a whole. */
  lsn: lsnText,
  /** Last mutation published, perhaps of a transaction that is published in part. */
  last: changeIdentityJson.nullable(),
  at: z.string(),
});
export type SourcePosition = z.infer<typeof sourcePosition>;

/** A column as the row writers take it. */
export const routeColumn = z.object({
  name: z.string(),
  typeOid: z.number().int().positive(),
  /** Of a domain, the type below it. */
  baseTypeOid: z.number().int().positive(),
  /** Number in the table, which a column keeps whatever it is called; absent where it is not known. */
  attnum: z.number().int().positive().optional(),
  /** It was dropped: null from then on. */
  gone: z.literal(true).optional(),
});

/** Where the changes of a table go for one task, and from which point on (`lakeferry.source.<source>`, key `route/<task id>`). */
export const sourceRoute = z.object({
  v: z.literal(1),
  task: desiredTask,
  tableOid: z.number().int().positive(),
  /** Key columns; empty where the table has none. */
  key: z.array(routeColumn),
  /** Source columns in the order in which `row` holds them. */
  row: z.array(routeColumn).min(1),
  /** Lane counts by the commit LSN from which they hold; the first from 0/0. */
  lanes: z.array(z.object({ from: lsnText, count: z.number().int().positive() })).min(1),
  openings: laneOpenings,
  /** Leaf partitions that are known to have been empty when they came, or were there at the plan. */
  leafOids: z.array(z.number().int().positive()),
  /** Why the task stopped for good; its changes are no longer routed from that point on. */
  halted: z.object({ code: z.string(), message: z.string(), since: z.string() }).nullable(),
  /** Null until the starting point is found; committed together with the copy in `plan`. */
  plan: taskPlan.nullable(),
  /** Columns of the base scan, which stay those of the first version; absent while they are `key` and `row`. */
  base: z.object({ key: z.array(routeColumn), row: z.array(routeColumn).min(1) }).optional(),
  /** Absent in a route that was made before schemas could change. */
  form: routeForm.optional(),
});
export type RouteColumn = z.infer<typeof routeColumn>;
export type SourceRoute = z.infer<typeof sourceRoute>;

/** Which input topic a lane reads: the base first, then the changes. */
export const lanePhase = z.enum(['base', 'rows']);
export type LanePhase = z.infer<typeof lanePhase>;

/** Key of lane checkpoints in `lanes`. */
export const LANE_CHECKPOINT_KEY = 'checkpoint';

/** Where a lane of the encoder goes on. */
export const laneCheckpoint = z.object({
  v: z.literal(1),
  phase: lanePhase,
  /** Offset in the phase's topic to read from: that of the oldest row in an open file. */
  next: z.string().regex(/^\d+$/),
  /** Identity of the last mutation before `next`. */
  before: identityJson.nullable(),
  /** Rendered prefixes that are sealed further than `next`, with the identity they are sealed through. */
  sealed: z.array(z.tuple([z.string(), identityJson])),
  /** Rows of the lane committed below this LSN are in files; the last mark that was written. */
  mark: z.object({ lsn: lsnText, at: z.string() }).nullable(),
  /** The lane's base is in files as a whole. */
  baseSealed: z.boolean(),
  /** Those that were told before the lane's position. */
  openings: laneOpenings,
  /** Version of the task's schema that mutations at `next` follow. */
  schemaVersion: z.number().int().positive(),
});
export type LaneCheckpoint = z.infer<typeof laneCheckpoint>;

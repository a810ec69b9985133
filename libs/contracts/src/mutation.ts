import { z } from 'zod';
import { pageIdentityJson } from './identity.js';
import { laneOpenings } from './lane-openings.js';
import { lsnText } from './lsn.js';

/**
 * A value on the wire: what PostgreSQL renders, lossless in JSON. Integers outside ±(2^53−1),
 * decimals, NaN and infinities are strings; bytes are base64; everything else is the text form.
 */
const wireValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const wireRow = z.record(z.string(), wireValue);

/**
 * One row version, one line of NDJSON in `base` or `rows`. The keys are written in the order of this
 * schema, `row` in the order of the task's source columns: the encoder's scanner expects that order
 * and falls back to a JSON parser when a line deviates.
 */
export const mutation = z.object({
  /** `r` read by the base scan, `c` insert, `u` update, `d` delete. */
  op: z.enum(['r', 'c', 'u', 'd']),
  /** Name of the task's table as in SQL, quoted where needed. */
  table: z.string(),
  /** Commit LSN; for `r` the plan's C. */
  lsn: lsnText,
  /** Commit time, UTC with microseconds; for `r` the time of the plan. */
  at: z.string(),
  /** `c`, `u`, `d`: LSN of the change and its index among the changes with that LSN. */
  change: z.tuple([lsnText, z.number().int().nonnegative()]).optional(),
  /** `r`: block and tuple. */
  page: pageIdentityJson.optional(),
  /**
   * The key columns of the row; absent where the table has no key. Of a delete in such a table the
   * task's source columns as they were.
   */
  key: wireRow.optional(),
  /** The task's source columns; absent for `d`. */
  row: wireRow.optional(),
  /** Columns whose TOASTed value did not change and is not known here; they are null in `row`. */
  unchanged: z.array(z.string()).optional(),
  /** Columns that are null in `row` because the row would not fit a record; each counts as dirty. */
  oversize: z.array(z.string()).optional(),
});
export type Mutation = z.infer<typeof mutation>;

/** Largest record of packed mutations before compression, in bytes. */
export const RECORD_BYTES_MAX = 512 * 1024;
/** Largest record of a single mutation; a larger row goes to `dirty`. Topics allow 16 MiB. */
export const ROW_BYTES_MAX = 15 * 1024 * 1024;

/** Headers of a record in `base` or `rows`. */
export const RECORD_HEADERS = {
  /** `mutations`, or the kind of a control record. */
  kind: 'kind',
  /** Number of mutations. */
  rows: 'rows',
  /** Identity (JSON form) of the first and last mutation. */
  first: 'first',
  last: 'last',
} as const;

/** A control record: one JSON object, in `rows` to all lanes in one transaction. */
export const controlRecord = z.discriminatedUnion('control', [
  /** Everything of this lane that was committed below `lsn`, and before `at`, lies before this point. */
  z.object({ control: z.literal('watermark'), lsn: lsnText, at: z.string() }),
  /** Mutations behind this point follow that version of the task's schema. */
  z.object({
    control: z.literal('schema'),
    version: z.number().int().positive(),
    lsn: lsnText,
  }),
  /** Keys behind this point are spread over that many lanes. */
  z.object({
    control: z.literal('lanes'),
    count: z.number().int().positive(),
    lsn: lsnText,
    openings: laneOpenings,
  }),
  /** In `base`: the scan of this lane is complete. */
  z.object({ control: z.literal('end'), rows: z.number().int().nonnegative() }),
]);
export type ControlRecord = z.infer<typeof controlRecord>;

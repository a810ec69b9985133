import { z } from 'zod';
import { dirtyRecord, fileContent } from '@lakeferry/contracts';
import type { Remedies } from '../api/read-request.js';
import { ENGINES } from '../statement/external-table.js';
import { taskView } from './task-view.js';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1000;

export const objectsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'is no page of this list')
    .optional(),
});
const DIRTY_DEFAULT = 100;
const DIRTY_MAX = 500;

export const dirtyQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(DIRTY_MAX).default(DIRTY_DEFAULT),
});
export const statementQuery = z.strictObject({ engine: z.enum(ENGINES) });
export const listQuery = z.strictObject({
  source: z.string().optional(),
  tableName: z.string().optional(),
});

export const QUERY_REMEDIES: Remedies = {
  '?': 'Leave it out.',
  limit: `A whole number from 1 to ${PAGE_MAX}.`,
  before: 'The value of `next` of the page before.',
  engine: `One of ${ENGINES.join(', ')}.`,
};

export const DIRTY_REMEDIES: Remedies = {
  '?': 'Leave it out.',
  limit: `A whole number from 1 to ${DIRTY_MAX}.`,
};

/** An object of a task as it is shown. */
export const objectView = z.object({
  fileId: z.uuid(),
  /** `parquet`: rows; `dirty`: fields that did not fit, as NDJSON. */
  content: fileContent,
  objectKey: z.string(),
  destination: z.string(),
  lane: z.int(),
  prefix: z.string(),
  sequence: z.int(),
  rows: z.int(),
  bytes: z.int(),
  dirty: z.int(),
  sha256: z.string(),
  reason: z.string(),
  phase: z.string(),
  schemaVersion: z.int(),
  visibleAt: z.string().nullable(),
});
export const objectsView = z.object({
  objects: z.array(objectView),
  /** Give it back as `before` to get the next page; absent on the last. */
  next: z.string().optional(),
});
/** A field that became null because its value did not fit, or the number of those that are not told. */
export const dirtyView = z.object({
  fields: z.array(dirtyRecord.omit({ v: true }).extend({ lane: z.int() })),
});
export const taskListView = z.object({ tasks: z.array(taskView) });
export const statementView = z.object({ engine: z.enum(ENGINES), statement: z.string() });

import { z } from 'zod';
import { identityJson } from './identity.js';
import { laneOpenings } from './lane-openings.js';
import { lsnText } from './lsn.js';
import { lanePhase } from './checkpoint.js';

/** Largest chunk of a file in a record of `files`, in bytes. */
export const CHUNK_BYTES_MAX = 900 * 1024;

/** Headers of a record in `files`; the key is the file id (of a mark: `mark`). */
export const FILE_HEADERS = {
  kind: 'kind',
  /** Index of a chunk in its file, from 0. */
  chunk: 'chunk',
} as const;
export type FileRecordKind = 'chunk' | 'seal' | 'mark';

/** Why a file stopped accepting rows. */
export const sealReason = z.enum(['size', 'age', 'memory', 'end', 'pause', 'schema']);
export type SealReason = z.infer<typeof sealReason>;

/** What a file holds: rows as Parquet, or dirty fields of rows as NDJSON (`dirtyRecord`). */
export const fileContent = z.enum(['parquet', 'dirty']);
export type FileContent = z.infer<typeof fileContent>;

/** The last record of a file, behind its chunks. */
export const fileSeal = z.object({
  v: z.literal(1),
  fileId: z.uuid(),
  lane: z.number().int().nonnegative(),
  phase: lanePhase,
  content: fileContent.default('parquet'),
  /** The rendered prefix; of dirty fields the task's `ossDirtyPrefix`. */
  prefix: z.string(),
  /** Rows; of dirty fields lines. */
  rows: z.number().int().positive(),
  bytes: z.number().int().positive(),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  chunks: z.number().int().positive(),
  first: identityJson,
  last: identityJson,
  reason: sealReason,
  /** Fields that became null because their value did not fit. */
  dirty: z.number().int().nonnegative(),
  schemaVersion: z.number().int().positive(),
});
export type FileSeal = z.infer<typeof fileSeal>;

/** "Every row of this lane committed below (lsn, at) is in a file before this point." */
export const fileMark = z.object({
  v: z.literal(1),
  lane: z.number().int().nonnegative(),
  /** The lane's base is in files before this point. */
  baseSealed: z.boolean(),
  /** `null` while the lane still reads its base. */
  lsn: lsnText.nullable(),
  at: z.string().nullable(),
  /** At least those that were told before that watermark. */
  openings: laneOpenings,
});
export type FileMark = z.infer<typeof fileMark>;

/**
 * A row or field that was not delivered as it is (`dirty`, keyed by reason). Of the fields of one file a
 * bounded number is told one by one; a last record then counts the rest.
 */
export const dirtyRecord = z.object({
  v: z.literal(1),
  /** The Parquet file that holds the row; as `fileId` of its object. */
  fileId: z.uuid().optional(),
  /** Of the row; of a record that counts, that of the last row of the file. */
  identity: identityJson,
  /** Operation and commit time of the row. */
  op: z.enum(['r', 'c', 'u', 'd']).optional(),
  at: z.string().optional(),
  column: z.string().nullable(),
  reason: z.string(),
  /** The raw value, cut at 1 KiB. */
  value: z.string().nullable(),
  /** Dirty fields of the file that are told nowhere but in this number. */
  omitted: z.number().int().positive().optional(),
});
export type DirtyRecord = z.infer<typeof dirtyRecord>;

import type {
  Codec,
  Deletes,
  DeliverySchema,
  EventTimeColumn,
  IdentityJson,
  LanePhase,
  Mutation,
} from '@lakeferry/contracts';

/** What a lane's rows become. */
export interface LaneSpec {
  readonly schema: DeliverySchema;
  readonly eventTimeColumn?: EventTimeColumn | undefined;
  /** Template of the prefix. */
  readonly prefix: string;
  /** IANA name. */
  readonly timeZone: string;
  /** `flag`: a delete becomes a row of its key; `ignore` (the default): it becomes none. */
  readonly deletes?: Deletes | undefined;
  /** SNAPPY unless told otherwise. */
  readonly codec?: Codec | undefined;
  /** Bytes in Arrow's layout at which a row group is encoded; 8 MiB unless told otherwise. */
  readonly rowGroupBytesTarget?: number | undefined;
}

/** What of the lane's input is in files already, and what does not belong to the task. */
export interface LaneRecovery {
  readonly phase: LanePhase;
  /** Mutations up to this one are skipped. */
  readonly before: IdentityJson | null;
  /** Rows of these prefixes are skipped up to the identity. */
  readonly sealed: readonly (readonly [prefix: string, through: IdentityJson])[];
  /** C: a change that was committed below it is dropped. */
  readonly commitLsnMin?: bigint | undefined;
  /** E of a BASE task: a change that was committed above it is dropped. */
  readonly commitLsnMax?: bigint | undefined;
}

/** A file that still accepts rows. */
export interface OpenFileStats {
  readonly prefix: string;
  readonly rows: number;
  /** Bytes in Arrow's layout that are not encoded yet. */
  readonly rawBytes: number;
  /** Bytes of Parquet so far. */
  readonly encodedBytes: number;
  /** Memory that the file holds. */
  readonly memoryBytes: number;
  /** Fields that became null, and event times that could not be used. */
  readonly dirty: number;
  readonly first: IdentityJson;
  readonly last: IdentityJson;
  /** Offset of the record that holds the first row. */
  readonly firstOffset: bigint;
  /** The last mutation before that record: `before` of a checkpoint whose `next` is `firstOffset`. */
  readonly before: IdentityJson | null;
}

/** A value that did not fit. */
export interface DirtyField {
  readonly prefix: string;
  readonly identity: IdentityJson;
  /** Operation and commit time of the row. */
  readonly op: Mutation['op'];
  readonly at: string;
  /** Name of the column in the file; of the source column for an event time. */
  readonly column: string;
  readonly reason: string;
  /** The value, cut at 1 KiB. */
  readonly value: string;
}

/** Mutations of an append by what became of them. */
export interface AppendCounts {
  readonly mutations: number;
  readonly delivered: number;
  /** `d` that wrote no row, but advanced everything. */
  readonly deletes: number;
  /** Skipped: in a file already. */
  readonly duplicates: number;
  /** Dropped: committed below C or above E. */
  readonly outside: number;
  /** Fields that are null because their TOASTed value did not change. */
  readonly unchanged: number;
  /** Lines that only a JSON parser could read. */
  readonly fallback: number;
}

export interface AppendResult {
  /** All open files of the lane. */
  readonly files: readonly OpenFileStats[];
  /** Prefixes whose file this append opened. */
  readonly opened: readonly string[];
  readonly dirty: readonly DirtyField[];
  /** Dirty fields that were counted but not listed. */
  readonly dirtyOmitted: number;
  /** The last mutation read, delivered or not. */
  readonly last: IdentityJson | null;
  readonly counts: AppendCounts;
}

/** A whole Parquet file. */
export interface SealedFile {
  readonly prefix: string;
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** In order, each of at most `CHUNK_BYTES_MAX` bytes; several may be views of one buffer. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  readonly dirty: number;
  readonly first: IdentityJson;
  readonly last: IdentityJson;
  readonly firstOffset: bigint;
  readonly before: IdentityJson | null;
}

/** One record of NDJSON within a larger buffer; it ends with a newline. */
export interface RecordSpan {
  readonly offset: bigint;
  readonly start: number;
  readonly end: number;
}

/** What the open files of a thread hold. */
export interface ThreadMemory {
  readonly openFiles: number;
  readonly builderBytes: number;
  readonly encodedBytes: number;
  /** Shared by all files of the thread; never shrinks. */
  readonly wasmBytes: number;
}

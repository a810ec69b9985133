import type { DeliverySample } from '../bucket/delivery-sampler.js';
import type { CommitPoint, CommittedTransaction } from '../committed-change.js';
import type { S3Access } from '../duck-session.js';

/** A column that is compared between what was committed and what is in the objects. */
export interface ComparedColumn {
  /** Name in the history: of the base relation's column and in `RowChange.values`. */
  readonly name: string;
  /** Name in the objects. */
  readonly objectName: string;
  /** DuckDB type that both sides are cast to. */
  readonly type: string;
  /** The history has the MD5 of the text instead of the value. */
  readonly digest?: boolean | undefined;
}

/** Everything that is known to have been committed, as a settled journal and the log tell it. */
export interface CommittedHistory {
  /**
   * DuckDB relation of the versions that were in the judged table before the journal began: `version`, `key`
   * and the compared columns by their history names. Its transactions all committed before the task's C.
   */
  readonly base?: string | undefined;
  readonly transactions: readonly CommittedTransaction[];
  /** Commit points by the label of the transaction, as the log has them. */
  readonly commits: ReadonlyMap<string, CommitPoint>;
}

/** The task as its status tells it. */
export interface CheckedTask {
  readonly taskName: string;
  readonly taskType: 'BASE' | 'INC' | 'BASE_INC';
  /** The prefix with its variables. */
  readonly prefix: string;
  /** C: the position at which the task started. */
  readonly c: bigint;
  /** E: the position at which the scan ended. A BASE task can't be judged without it. */
  readonly scanEnd?: bigint | undefined;
  /**
   * The task ended early, delivered up to this position, or up to none (null): what was born at or beyond
   * it may be in the bucket, and nothing says that it must.
   */
  readonly endedAt?: bigint | null | undefined;
  /** Of several tasks that `samples` are of, the one that is judged. */
  readonly taskId?: string | undefined;
  /** The folder of its dirty fields, which hold no rows. */
  readonly dirtyPrefix?: string | undefined;
  /** IANA name; folders of commit times are rendered in it. UTC by default. */
  readonly timeZone?: string | undefined;
}

/** An object as the ledger has it. */
export interface LedgerEntry {
  readonly objectKey: string;
  readonly content: 'parquet' | 'dirty';
  readonly lane: number;
  readonly rows: number;
  readonly bytes: number;
  /** When it became visible; null while it is still to be put. */
  readonly visibleAt?: string | null | undefined;
}

export interface CheckOptions {
  readonly history: CommittedHistory;
  /** The table whose changes are judged, of a journal of several. */
  readonly table?: string | undefined;
  readonly task: CheckedTask;
  /** Where keys begin: a local folder, or `s3://bucket`. */
  readonly root: string;
  readonly s3?: S3Access | undefined;
  /** In the order they were taken: then what they were promised is compared with what they saw. */
  readonly samples?: readonly DeliverySample[] | undefined;
  /** All that the ledger has of the task: then it is compared with the bucket. */
  readonly ledger?: readonly LedgerEntry[] | undefined;
  /**
   * ETags by key of the objects that a deleted task of the same name and prefix had left: they take part
   * in the sequences, must be as they were, and are else no matter of this task.
   */
  readonly predecessors?: ReadonlyMap<string, string> | undefined;
  readonly columns: {
    /** Object column of the key, a whole number. */
    readonly key: string;
    /** Object column of the version number. */
    readonly version: string;
    readonly compared?: readonly ComparedColumn[] | undefined;
    /** History name of the compared column that the task partitions by; without it commit time counts. */
    readonly eventTime?: string | undefined;
    /**
     * Object columns of `$op` and of `$lsn` as text, of a task that flags deletes: then each committed delete
     * is looked for too, in the folder of its commit time, and both columns are compared.
     */
    readonly deletes?: { readonly op: string; readonly lsn: string } | undefined;
  };
}

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
}

/** Everything that is known to have been committed to the table. */
export interface CommittedHistory {
  /**
   * DuckDB relation of the versions that were in the table before the journal began: `version`, `key`
   * and the compared columns by their history names. Its transactions all committed before the task's C.
   */
  readonly base?: string | undefined;
  readonly transactions: readonly CommittedTransaction[];
  /** Commit points by the low 32 bits of the transaction id, as the log names them. */
  readonly commits: ReadonlyMap<number, CommitPoint>;
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
  /** IANA name; folders of commit times are rendered in it. UTC by default. */
  readonly timeZone?: string | undefined;
}

export interface CheckOptions {
  readonly history: CommittedHistory;
  readonly task: CheckedTask;
  /** Where keys begin: a local folder, or `s3://bucket`. */
  readonly root: string;
  readonly s3?: S3Access | undefined;
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

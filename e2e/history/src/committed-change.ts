/** Values of a row version as PostgreSQL prints them; null is SQL NULL. */
export type RowValues = Readonly<Record<string, string | null>>;

/** One change of a row inside a transaction, as the writer of it knows it. */
export interface RowChange {
  /** Key of the row after the change; of the row that went for a delete. */
  readonly key: bigint;
  /** The version the change made; null for a delete. */
  readonly version: bigint | null;
  /** The version the change ended; null for an insert. */
  readonly replaces: bigint | null;
  /** What the made version holds, the columns that the checker compares; empty for a delete. */
  readonly values: RowValues;
}

/** A transaction that is known to have committed, its changes in the order they were made. */
export interface CommittedTransaction {
  readonly connection: number;
  /** Running number of the transaction on its connection. */
  readonly number: number;
  /** The full 64-bit transaction id. */
  readonly xid: bigint;
  readonly changes: readonly RowChange[];
}

/** Where and when a transaction committed, told by the source's own log. */
export interface CommitPoint {
  /** Position of the commit record. */
  readonly lsn: bigint;
  /** Commit time, microseconds since 1970 UTC. */
  readonly atMicros: bigint;
}

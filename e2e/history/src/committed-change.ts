/** Values of a row version as PostgreSQL prints them; null is SQL NULL. */
export type RowValues = Readonly<Record<string, string | null>>;

/** One change of a row inside a transaction, as the writer of it knows it. */
export interface RowChange {
  /** Name of the table, as its workload has it. */
  readonly table: string;
  /** Key of the row after the change; of the row that went for a delete. */
  readonly key: bigint;
  /** The version the change made; null for a delete. */
  readonly version: bigint | null;
  /** The version the change ended; null for an insert. */
  readonly replaces: bigint | null;
  /** What the made version holds, the columns that the checker compares; empty for a delete. */
  readonly values: RowValues;
}

/** Changes in the order they were made. Those of giant steps are kept by their numbers and made while they are read. */
export interface RowChanges extends Iterable<RowChange> {
  readonly length: number;
}

/** A transaction that is known to have committed. */
export interface CommittedTransaction {
  /** The name it gave itself in the source's log; no other transaction ever has it. */
  readonly label: string;
  readonly connection: number;
  /** Running number of the transaction on its connection. */
  readonly number: number;
  readonly changes: RowChanges;
  /** COMMIT was answered before it was durable: a crash of the source may undo it. */
  readonly asynchronous?: boolean | undefined;
}

/** Where and when a transaction committed, told by the source's own log. */
export interface CommitPoint {
  /** Position of the commit record. */
  readonly lsn: bigint;
  /** Commit time, microseconds since 1970 UTC. */
  readonly atMicros: bigint;
}

import { lsnOf, type Lsn } from './lsn.js';

/** A column of a published table, in the order in which tuples carry values. */
export interface StreamColumn {
  readonly name: string;
  readonly typeOid: number;
  /** Part of the replica identity. */
  readonly isKey: boolean;
}

/** A published table as the stream describes it, before its first change and after every DDL. */
export interface StreamRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | 'index';
  readonly columns: readonly StreamColumn[];
}

export const TUPLE_NULL = 0x6e;
export const TUPLE_UNCHANGED = 0x75;
export const TUPLE_TEXT = 0x74;

/** The values of one row as byte ranges of the receive buffer. Valid during the callback only. */
export class TupleView {
  bytes: Buffer = Buffer.alloc(0);
  count = 0;
  /** TUPLE_NULL, TUPLE_UNCHANGED or TUPLE_TEXT for each column. */
  kinds = new Uint8Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);

  /** Makes room for `count` columns. */
  reserve(count: number): void {
    this.count = count;
    if (count <= this.kinds.length) return;
    this.kinds = new Uint8Array(count * 2);
    this.starts = new Int32Array(count * 2);
    this.ends = new Int32Array(count * 2);
  }
}

/**
 * Where a change stands: its own log position and its index among the changes of that position. One
 * object is used for all changes: read it, do not keep it.
 */
export class ChangePosition {
  lsnHigh = 0;
  lsnLow = 0;
  index = 0;

  get lsn(): Lsn {
    return lsnOf((BigInt(this.lsnHigh) << 32n) | BigInt(this.lsnLow));
  }
}

/**
 * What receives a decoded stream, in the order of the log. Callbacks are synchronous; one that throws
 * ends the stream with its error. Transactions arrive whole and one after the other.
 */
export interface ChangeSink {
  /**
   * @param finalLsn the transaction's commit LSN
   * @param commitTimeMicros Unix time in microseconds
   */
  begin(finalLsn: Lsn, commitTimeMicros: bigint, xid: number): void;
  relation(relation: StreamRelation): void;
  insert(relation: StreamRelation, newTuple: TupleView, position: ChangePosition): void;
  /** @param oldTuple the old key, or the whole old row under REPLICA IDENTITY FULL; null when the key stayed */
  update(
    relation: StreamRelation,
    newTuple: TupleView,
    oldTuple: TupleView | null,
    position: ChangePosition,
  ): void;
  delete(relation: StreamRelation, oldTuple: TupleView, position: ChangePosition): void;
  /** @param endLsn may be acknowledged once the transaction is durable downstream */
  commit(commitLsn: Lsn, endLsn: Lsn): void;
  /** @param walEnd everything below it that concerns this stream was sent */
  keepalive(walEnd: Lsn, replyRequested: boolean): void;
}

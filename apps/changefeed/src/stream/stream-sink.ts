import { DeliveryError } from '@lakeferry/errors';
import { assert } from '@lakeferry/runtime';
import {
  ByteBuffer,
  createStreamRowWriter,
  laneOf,
  type ChangePosition,
  type ChangeSink,
  type Lsn,
  type StreamRelation,
  type StreamRowWriter,
  type TupleView,
} from '@lakeferry/postgres';
import type { ChangeIdentity } from '@lakeferry/contracts';
import { laneCountAt } from '../route/lane-table.js';
import type { FittedColumns, StreamPoint } from '../route/route-changes.js';
import type { ActiveRoute, RouteTable } from '../route/route-table.js';
import { ChangeOrder } from './change-order.js';
import { IdentityRegister } from './identity-register.js';

/** A row writer of one task for one relation, and the transaction it was prepared for. */
interface TaskWriter {
  readonly taskId: string;
  readonly writer: StreamRowWriter;
  preparedFor: number;
  laneCount: number;
  /** Made for older transactions only. */
  readonly until: bigint | null;
}

export interface StreamSinkOptions {
  readonly routes: RouteTable;
  /** Published before recovery: transactions that ended at or below `lsn`, changes up to `last`. */
  readonly published: { readonly lsn: bigint; readonly last: ChangeIdentity | null };
  /** Something waits to be published. */
  readonly onPending: () => void;
  /** The stream passed a WAL position. */
  readonly onPassed: () => void;
  /**
   * Brings a route in line with a relation at its first new change, and gives its columns there; null
   * for a task that halts.
   */
  readonly adapt: (
    active: ActiveRoute,
    relation: StreamRelation,
    point: StreamPoint,
  ) => FittedColumns | null;
  /** A task's table no longer has the columns that the task delivers. */
  readonly onTableChanged: (active: ActiveRoute, error: DeliveryError) => void;
}

/**
 * Turns decoded changes into mutations in the lanes of the tasks that want them. Synchronous: the
 * publisher takes what has gathered, together with the position that it reaches.
 */
export class StreamSink implements ChangeSink {
  /** Bytes of mutations that wait. */
  pendingBytes = 0;
  /** Everything that was committed below this position has been seen. */
  passedLsn: bigint;
  /** Every transaction that ended at or below this position has been seen as a whole. */
  completeLsn: bigint;
  private readonly order: ChangeOrder;
  private readonly identity = new IdentityRegister();
  private readonly scratch = new ByteBuffer();
  private readonly relations = new Map<number, StreamRelation>();
  private readonly writers = new Map<number, TaskWriter[]>();
  private commitLsn = 0n as Lsn;
  private commitTimeMicros = 0n;
  private transaction = 0;
  private skipped = false;
  private torn = false;

  constructor(private readonly options: StreamSinkOptions) {
    this.order = new ChangeOrder(options.published.last);
    this.passedLsn = options.published.lsn;
    this.completeLsn = options.published.lsn;
  }

  /** No transaction that was seen or published, be it in part, has this commit LSN or a higher one. */
  get nextCommitLsn(): bigint {
    const published = this.order.last()?.commitLsn ?? 0n;
    const newest = published > this.commitLsn ? published : this.commitLsn;
    return newest + 1n > this.passedLsn ? newest + 1n : this.passedLsn;
  }

  /** The last change that was seen, published before recovery or since. */
  lastChange(): ChangeIdentity | null {
    return this.order.last();
  }

  /** An error left a change halfway: what is gathered must not be published with its position. */
  get isTorn(): boolean {
    return this.torn;
  }

  /** The routes of a table changed: its row writers are made anew at its next change. */
  routesChanged(tableOid: number): void {
    this.writers.delete(tableOid);
  }

  begin(finalLsn: Lsn, commitTimeMicros: bigint): void {
    const verdict = this.order.begin(finalLsn);
    if (verdict === 'violation') throw disorder('a transaction', finalLsn);
    this.skipped = verdict === 'skip';
    this.commitLsn = finalLsn;
    this.commitTimeMicros = commitTimeMicros;
    this.transaction += 1;
    this.identity.transaction(finalLsn);
  }

  relation(relation: StreamRelation): void {
    this.relations.set(relation.oid, relation);
    this.writers.delete(relation.oid);
  }

  insert(relation: StreamRelation, tuple: TupleView, position: ChangePosition): void {
    if (!this.isNew(position)) return;
    this.torn = true;
    for (const task of this.writersOf(relation)) {
      this.scratch.clear();
      task.writer.insert(this.scratch, tuple, position);
      this.deliver(task);
    }
    this.torn = false;
  }

  // eslint-disable-next-line max-params -- called once per row: no object per call
  update(
    relation: StreamRelation,
    tuple: TupleView,
    old: TupleView | null,
    position: ChangePosition,
  ): void {
    if (!this.isNew(position)) return;
    this.torn = true;
    for (const task of this.writersOf(relation)) {
      this.scratch.clear();
      task.writer.update(this.scratch, tuple, old, position);
      this.deliver(task);
    }
    this.torn = false;
  }

  delete(relation: StreamRelation, old: TupleView, position: ChangePosition): void {
    if (!this.isNew(position)) return;
    this.torn = true;
    for (const task of this.writersOf(relation)) {
      this.scratch.clear();
      task.writer.delete(this.scratch, old, position);
      this.deliver(task);
    }
    this.torn = false;
  }

  commit(_commitLsn: Lsn, endLsn: Lsn): void {
    if (endLsn > this.completeLsn) this.completeLsn = endLsn;
    this.pass(endLsn);
    this.options.onPending();
  }

  keepalive(walEnd: Lsn): void {
    this.pass(walEnd);
  }

  private pass(lsn: bigint): void {
    if (lsn > this.passedLsn) this.passedLsn = lsn;
    this.options.onPassed();
  }

  private isNew(position: ChangePosition): boolean {
    if (this.skipped) return false;
    const verdict = this.order.change(position.lsnHigh, position.lsnLow, position.index);
    if (verdict === 'violation') throw disorder('a change', this.commitLsn);
    this.identity.change(position.lsnHigh, position.lsnLow, position.index);
    return verdict === 'publish';
  }

  private deliver(task: TaskWriter): void {
    const active = this.options.routes.get(task.taskId);
    assert(active !== undefined, 'a row writer belongs to a route');
    const { writer } = task;
    const index =
      task.laneCount === 1
        ? 0
        : laneOf(this.scratch.bytes, writer.laneStart, writer.laneEnd, task.laneCount);
    const lane = active.lanes[index];
    assert(lane !== undefined, 'a lane lies within the lane count');
    lane.append(this.scratch.bytes, 0, this.scratch.length, this.identity);
    active.rows += 1;
    active.bytes += this.scratch.length;
    active.unchangedToast += writer.unchangedCount;
    this.pendingBytes += this.scratch.length;
    this.options.onPending();
  }

  private writersOf(relation: StreamRelation): readonly TaskWriter[] {
    let tasks = this.writers.get(relation.oid);
    if (tasks === undefined) {
      tasks = this.makeWriters(this.relations.get(relation.oid) ?? relation);
      this.writers.set(relation.oid, tasks);
    }
    for (const task of tasks) {
      if (task.preparedFor === this.transaction) continue;
      if (task.until !== null && this.commitLsn >= task.until) {
        this.writers.delete(relation.oid);
        return this.writersOf(relation);
      }
      task.preparedFor = this.transaction;
      task.writer.begin(this.commitLsn, this.commitTimeMicros);
      const active = this.options.routes.get(task.taskId);
      assert(active !== undefined, 'a row writer belongs to a route');
      task.laneCount = laneCountAt(active.route.lanes, this.commitLsn);
    }
    return tasks;
  }

  private makeWriters(relation: StreamRelation): TaskWriter[] {
    const tasks: TaskWriter[] = [];
    const { commitLsn, commitTimeMicros } = this;
    for (const active of this.options.routes.ofTable(relation.oid)) {
      if (active.route.halted !== null) continue;
      const fitted = this.options.adapt(active, relation, { commitLsn, commitTimeMicros });
      if (fitted === null) continue;
      const { taskId, tableName: table } = active.route.task;
      const { key, row, until } = fitted;
      try {
        const writer = createStreamRowWriter({ table, key, row, relation });
        tasks.push({ taskId, writer, preparedFor: -1, laneCount: 1, until });
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.code !== 'SOURCE_TABLE_CHANGED') throw error;
        this.options.onTableChanged(active, error);
      }
    }
    return tasks;
  }
}

function disorder(what: string, commitLsn: bigint): DeliveryError {
  return new DeliveryError('ORDER_VIOLATION', `${what} is not above its predecessor`, {
    context: { commitLsn },
  });
}

import { ByteBuffer } from '../byte-buffer.js';
import { sourceColumn, type TableDescription } from '../catalog.js';
import type { ChangePosition, ChangeSink, StreamRelation, TupleView } from '../change-sink.js';
import { formatLsn, type Lsn } from '../lsn.js';
import { openReplicationStream, type ReplicationStream } from '../replication-stream.js';
import { createStreamRowWriter, type StreamRowWriter } from '../stream-row-writer.js';
import { TEST_WAL_SENDER_TIMEOUT_MS, type TestDatabase } from './test-database.js';

/** A mutation as a person reads it. */
export interface ReadMutation {
  readonly op: string;
  readonly table: string;
  readonly lsn: string;
  readonly at: string;
  readonly change?: [string, number];
  readonly page?: [number, number];
  readonly key?: Record<string, unknown>;
  readonly row?: Record<string, unknown>;
  readonly unchanged?: string[];
}

/** Streams tables through row writers and keeps what came. */
export class RecordedStream implements ChangeSink {
  readonly lines: string[] = [];
  readonly lanes: string[] = [];
  readonly relations: StreamRelation[] = [];
  readonly commits: { readonly lsn: Lsn; readonly end: Lsn }[] = [];
  walEnd = 0n;
  private readonly out = new ByteBuffer();
  private readonly writers = new Map<number, StreamRowWriter>();
  private commitLsn = 0n as Lsn;
  private commitMicros = 0n;
  stream!: ReplicationStream;

  constructor(private readonly tables: readonly TableDescription[]) {}

  static async open(options: {
    readonly database: TestDatabase;
    readonly tables: readonly TableDescription[];
    readonly slotName: string;
    readonly publication: string;
    readonly startLsn: Lsn;
  }): Promise<RecordedStream> {
    const recorded = new RecordedStream(options.tables);
    recorded.stream = openReplicationStream({
      session: await options.database.open(true),
      slotName: options.slotName,
      publicationNames: [options.publication],
      startLsn: options.startLsn,
      walSenderTimeoutMs: TEST_WAL_SENDER_TIMEOUT_MS,
      sink: recorded,
    });
    return recorded;
  }

  get mutations(): ReadMutation[] {
    return this.lines.map((line) => JSON.parse(line) as ReadMutation);
  }

  begin(finalLsn: Lsn, commitTimeMicros: bigint): void {
    this.commitLsn = finalLsn;
    this.commitMicros = commitTimeMicros;
  }

  relation(relation: StreamRelation): void {
    this.relations.push(relation);
    const table = this.tables.find((candidate) => candidate.oid === relation.oid);
    if (table === undefined) return;
    const columns = table.columns.filter((column) => column.deliverable).map(sourceColumn);
    const writer = createStreamRowWriter({
      table: table.table,
      key: columns.filter((column) => table.keyColumns.includes(column.name)),
      row: columns,
      relation,
    });
    this.writers.set(relation.oid, writer);
  }

  insert(relation: StreamRelation, newTuple: TupleView, position: ChangePosition): void {
    this.record(relation, (writer) => writer.insert(this.out, newTuple, position));
  }

  update(
    relation: StreamRelation,
    newTuple: TupleView,
    oldTuple: TupleView | null,
    position: ChangePosition,
  ): void {
    this.record(relation, (writer) => writer.update(this.out, newTuple, oldTuple, position));
  }

  delete(relation: StreamRelation, oldTuple: TupleView, position: ChangePosition): void {
    this.record(relation, (writer) => writer.delete(this.out, oldTuple, position));
  }

  commit(commitLsn: Lsn, endLsn: Lsn): void {
    this.commits.push({ lsn: commitLsn, end: endLsn });
    this.walEnd = endLsn;
  }

  keepalive(walEnd: Lsn): void {
    if (walEnd > this.walEnd) this.walEnd = walEnd;
  }

  /** Resolves when the stream has passed the position. */
  async passed(lsn: Lsn, timeLimitMs = 20_000): Promise<void> {
    const deadline = performance.now() + timeLimitMs;
    while (this.walEnd < lsn) {
      if (performance.now() > deadline) {
        throw new Error(
          `the stream is at ${formatLsn(this.walEnd as Lsn)}, not yet ${formatLsn(lsn)}`,
        );
      }
      await Promise.race([this.stream.done, new Promise((resolve) => setTimeout(resolve, 10))]);
      this.stream.requestReply();
    }
  }

  private record(relation: StreamRelation, write: (writer: StreamRowWriter) => void): void {
    const writer = this.writers.get(relation.oid);
    if (writer === undefined) return;
    writer.begin(this.commitLsn, this.commitMicros);
    this.out.clear();
    write(writer);
    this.lines.push(this.out.view().toString('utf8').slice(0, -1));
    this.lanes.push(this.out.bytes.toString('utf8', writer.laneStart, writer.laneEnd));
  }
}

import { metadataOf, sourceColumnsOf, type Mutation } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { arrowSchema, columnTypeProblem } from '../columns.js';
import { AT_TEXT_BYTES, LineHead, OP_DELETE, OP_READ, scanHead } from '../line/line-head.js';
import { parseLine, positionOf, writeRow } from '../line/line-fallback.js';
import { MetadataWriter } from '../line/metadata-writer.js';
import { compileRowScanner } from '../line/row-scanner.js';
import type { RowPosition } from '../line/row-position.js';
import { PrefixRenderer } from '../partition/prefix.js';
import { RowClock } from '../partition/row-clock.js';
import { RowGroupBuilder } from '../row-group-builder.js';
import { asciiText, skipFlat, skipString } from '../values/scan-json.js';
import { DirtyList } from './dirty-list.js';
import { LaneOrder } from './lane-order.js';
import type { AppendResult, LaneRecovery, LaneSpec, RecordSpan, SealedFile } from './lane-spec.js';
import { OpenFile, rowGroupIsFull } from './open-file.js';

const NEWLINE = 10;
const OPS = new Set([...'rcud'].map((op) => op.charCodeAt(0)));
const UNCHANGED = new TextEncoder().encode(',"unchanged":');
const NO_COUNTS = {
  mutations: 0,
  delivered: 0,
  deletes: 0,
  duplicates: 0,
  outside: 0,
  unchanged: 0,
  fallback: 0,
};

/**
 * One lane of one task: reads NDJSON mutations in order into the open file of each rendered prefix.
 * A row is written where the next one belongs and counted only when all of it is known; so a row that
 * turns out to belong to another file is simply read again, into that one.
 */
export class Lane {
  private readonly order: LaneOrder;
  private readonly dirty = new DirtyList();
  private readonly head = new LineHead();
  private readonly files = new Map<string, OpenFile>();
  private plan: LanePlan;
  /** The file of the last row: most rows belong where their predecessor does. */
  private current: OpenFile | null = null;
  /** Builders of no file yet; the next file takes them. */
  private spare: RowGroupBuilder | null = null;
  private before: RowPosition | null = null;
  private offset = 0n;
  private opened: string[] = [];
  private counts = { ...NO_COUNTS };
  private poisoned = false;

  constructor(spec: LaneSpec, recovery: LaneRecovery) {
    this.plan = planOf(spec, this.dirty);
    this.order = new LaneOrder(recovery);
  }

  /** Goes on with another schema. @throws DeliveryError FAILED_PRECONDITION while files are open. */
  reconfigure(spec: LaneSpec): void {
    if (this.files.size > 0) {
      throw new DeliveryError('FAILED_PRECONDITION', 'the lane has open files: seal them first');
    }
    this.plan = planOf(spec, this.dirty);
    this.spare = null;
  }

  /** After an error the lane takes nothing more: what it holds may lack rows. */
  async append(bytes: Uint8Array, records: readonly RecordSpan[]): Promise<AppendResult> {
    this.refusePoisoned();
    this.poisoned = true;
    for (const { offset, start, end } of records) {
      if (end <= start || bytes[end - 1] !== NEWLINE) {
        throw new DeliveryError('CONTRACT_VIOLATION', 'a record does not end with a newline');
      }
      this.offset = offset;
      this.before = this.order.last()?.clone() ?? null;
      for (let p = start; p < end;) p = this.readLine(bytes, p);
      for (const file of this.files.values()) {
        if (rowGroupIsFull(file, this.plan.spec)) await file.flush();
      }
    }
    this.poisoned = false;
    return this.report();
  }

  async seal(prefix: string): Promise<SealedFile> {
    this.refusePoisoned();
    const file = this.files.get(prefix);
    if (file === undefined) {
      throw new DeliveryError('NOT_FOUND', 'the lane has no open file of that prefix', {
        context: { prefix },
      });
    }
    this.forget(file);
    return file.seal(this.order.phase);
  }

  async discard(prefix?: string): Promise<void> {
    for (const file of [...this.files.values()]) {
      if (prefix !== undefined && file.prefix !== prefix) continue;
      this.forget(file);
      await file.discard();
    }
  }

  memory() {
    let builderBytes = this.spare?.capacityBytes() ?? 0;
    let encodedBytes = 0;
    for (const file of this.files.values()) {
      builderBytes += file.builder.capacityBytes();
      encodedBytes += file.encodedBytes;
    }
    return { openFiles: this.files.size, builderBytes, encodedBytes };
  }

  /** Reads the line at `p` and returns the position of the next. */
  private readLine(b: Uint8Array, p: number): number {
    const { head } = this;
    this.counts.mutations += 1;
    const behind = scanHead(b, p, head);
    const phaseOp = (head.op === OP_READ) === (this.order.phase === 'base') && OPS.has(head.op);
    if (behind < 0 || !phaseOp) return this.readByParser(b, p);
    if (head.op !== OP_DELETE && head.row < 0) return this.readByParser(b, p);
    if (!this.admits(head.position, head.op === OP_DELETE)) return b.indexOf(NEWLINE, behind) + 1;
    if (head.op === OP_DELETE) return this.takeParsed(this.parse(b, p));
    const next = this.readRow(b);
    if (next >= 0) return next;
    this.counts.fallback += 1;
    return this.takeParsed(this.parse(b, p));
  }

  /** Reads the row behind the head; -1 when the line deviates, and nothing is counted. */
  private readRow(b: Uint8Array): number {
    const { clock } = this.plan;
    this.dirty.clearRow();
    let prefix = clock.readsRow ? null : clock.byCommit(b, this.head);
    let file = prefix === null ? this.current : (this.files.get(prefix) ?? null);
    let behind = this.scanInto(b, file);
    if (behind < 0) return -1;
    if (clock.readsRow) {
      prefix = clock.byEvent(b, this.head);
      const actual = prefix === null ? null : (this.files.get(prefix) ?? null);
      if (actual !== file) {
        this.dirty.clearRow();
        file = actual;
        behind = this.scanInto(b, file);
        clock.byEvent(b, this.head);
      }
    }
    if (prefix === null || behind < 0) return -1;
    const end = this.scanTail(b, behind);
    if (end < 0) return -1;
    if (this.plan.metadata.isUsed && !this.tellScanned(b, file)) return -1;
    if (this.dirty.rowIsDirty) this.dirty.tellChange(changeOf(b, this.head));
    this.commit(prefix, file, this.head.position);
    return end;
  }

  private scanInto(b: Uint8Array, file: OpenFile | null): number {
    const builder = this.builderOf(file);
    return this.plan.scanRow(b, this.head.row, builder.columns, builder.rows, this.head);
  }

  private tellScanned(b: Uint8Array, file: OpenFile | null): boolean {
    const { columns, rows } = this.builderOf(file);
    return this.plan.metadata.writeScanned(columns, rows, { b, head: this.head });
  }

  /** Reads `}` or `,"unchanged":[…]}` and the newline. */
  private scanTail(b: Uint8Array, p: number): number {
    let q = p;
    let unchanged = 0;
    if (b[q] === 44) {
      for (const byte of UNCHANGED) if (b[q++] !== byte) return -1;
      if (b[q] !== 91) return -1;
      const close = skipFlat(b, q);
      if (close < 0) return -1;
      unchanged = countStrings(b, q + 1);
      q = close;
    }
    if (b[q] !== 125 || b[q + 1] !== NEWLINE) return -1;
    this.counts.unchanged += unchanged;
    return q + 2;
  }

  private readByParser(b: Uint8Array, p: number): number {
    this.counts.fallback += 1;
    const parsed = this.parse(b, p);
    if (this.admits(parsed.position, parsed.line.op === 'd')) return this.takeParsed(parsed);
    return parsed.next;
  }

  /** Takes the row of a line that is admitted. */
  private takeParsed({ line, bytes, position, next }: ParsedLine): number {
    const { clock, spec, metadata } = this.plan;
    const values = line.op === 'd' ? (line.key ?? {}) : line.row;
    if (values === undefined) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a mutation lacks its row');
    }
    this.dirty.clearRow();
    const prefix = line.op === 'd' ? clock.byKey(line.at, values) : clock.byValues(line.at, values);
    if (prefix === null) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a mutation lacks its commit time');
    }
    const file = this.files.get(prefix) ?? null;
    const builder = this.builderOf(file);
    const field = line.op === 'd' ? 'key' : 'row';
    writeRow(spec.schema, builder.columns, { values, line: bytes, field }, builder.rows);
    metadata.writeParsed(builder.columns, builder.rows, line);
    for (const column of line.oversize === undefined ? [] : spec.schema) {
      if (metadataOf(column) === null && line.oversize?.includes(column.columnName)) {
        this.dirty.report(column, 'oversize', '');
      }
    }
    if (this.dirty.rowIsDirty) this.dirty.tellChange(line);
    this.counts.unchanged += line.unchanged?.length ?? 0;
    this.commit(prefix, file, position);
    return next;
  }

  private parse(b: Uint8Array, p: number): ParsedLine {
    const end = b.indexOf(NEWLINE, p);
    const bytes = Buffer.from(b.buffer, b.byteOffset + p, end - p);
    const line = parseLine(bytes);
    const position = positionOf(line);
    if ((line.op === 'r') !== (this.order.phase === 'base')) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a mutation is of the other phase', {
        context: { op: line.op, phase: this.order.phase },
      });
    }
    return { line, bytes, position, next: end + 1 };
  }

  /** Whether the mutation has a row to deliver, counting it when not. */
  private admits(position: RowPosition, isDelete: boolean): boolean {
    const admission = this.order.admit(position);
    switch (admission) {
      case 'duplicate':
        this.counts.duplicates += 1;
        return false;
      case 'outside':
        this.counts.outside += 1;
        return false;
      case 'take':
        if (!isDelete || this.plan.spec.deletes === 'flag') return true;
        this.counts.deletes += 1;
        return false;
      default:
        return admission satisfies never;
    }
  }

  /** Counts the row that was written into the file's builders (the spare ones where there is no file). */
  private commit(prefix: string, open: OpenFile | null, position: RowPosition): void {
    if (this.order.isSealed(prefix, position)) {
      this.counts.duplicates += 1;
      return;
    }
    const file = open ?? this.open(prefix);
    if (this.dirty.rowIsDirty) {
      file.dirty += this.dirty.commitRow(prefix, position.toJson(this.order.phase));
    }
    file.commitRow(position);
    this.counts.delivered += 1;
    this.current = file;
  }

  private open(prefix: string): OpenFile {
    const builder = this.builderOf(null);
    this.spare = null;
    const { offset: firstOffset, before } = this;
    const file = new OpenFile({ prefix, builder, firstOffset, before }, this.plan.spec);
    this.files.set(prefix, file);
    this.opened.push(prefix);
    return file;
  }

  private builderOf(file: OpenFile | null): RowGroupBuilder {
    if (file === null) this.spare ??= this.plan.newBuilder();
    const builder = file?.builder ?? (this.spare as RowGroupBuilder);
    builder.ensureRow();
    return builder;
  }

  private forget(file: OpenFile): void {
    this.files.delete(file.prefix);
    if (this.current === file) this.current = null;
  }

  private report(): AppendResult {
    const { opened, counts } = this;
    const { phase } = this.order;
    this.opened = [];
    this.counts = { ...NO_COUNTS };
    return {
      files: [...this.files.values()].map((file) => file.stats(phase)),
      opened,
      ...this.dirty.take(),
      last: this.order.last()?.toJson(phase) ?? null,
      counts,
    };
  }

  private refusePoisoned(): void {
    if (!this.poisoned) return;
    throw new DeliveryError('FAILED_PRECONDITION', 'the lane failed: open it again');
  }
}

interface ParsedLine {
  readonly line: Mutation;
  readonly bytes: Buffer;
  readonly position: RowPosition;
  /** Position of the next line. */
  readonly next: number;
}

type LanePlan = ReturnType<typeof planOf>;

/** Everything that is compiled from the task's configuration. */
function planOf(spec: LaneSpec, dirty: DirtyList) {
  const { schema, eventTimeColumn } = spec;
  for (const column of schema) {
    const problem = columnTypeProblem(column);
    if (problem !== null) {
      throw new DeliveryError('INVALID_ARGUMENT', `column ${column.ossColumnName}: ${problem}`);
    }
  }
  const eventName = eventTimeColumn?.columnName;
  const arrow = arrowSchema(schema);
  return {
    spec,
    scanRow: compileRowScanner(schema, sourceColumnsOf(schema, eventName), eventName),
    clock: new RowClock(
      new PrefixRenderer(spec.prefix, spec.timeZone),
      eventTimeColumn,
      (reason, value) => dirty.complain(eventName ?? '', reason, value),
    ),
    metadata: new MetadataWriter(schema),
    newBuilder: () => new RowGroupBuilder(schema, arrow, dirty),
  };
}

/** Of a scanned line, what a dirty field tells of its row. */
function changeOf(b: Uint8Array, head: LineHead): Pick<Mutation, 'op' | 'at'> {
  const op = String.fromCharCode(head.op) as Mutation['op'];
  return { op, at: asciiText(b, head.at, head.at + AT_TEXT_BYTES) };
}

/** Number of strings in a flat array whose first element stands at `p`. */
function countStrings(b: Uint8Array, p: number): number {
  let count = 0;
  for (let q = p; b[q] === 34;) {
    q = skipString(b, q);
    count += 1;
    if (b[q] === 44) q += 1;
  }
  return count;
}

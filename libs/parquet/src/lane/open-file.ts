import type { LanePhase } from '@lakeferry/contracts';
import { ParquetFileWriter } from '../parquet-file-writer.js';
import type { RowGroupBuilder } from '../row-group-builder.js';
import type { RowPosition } from '../line/row-position.js';
import { cutFile } from './cut-file.js';
import type { LaneSpec, OpenFileStats, SealedFile } from './lane-spec.js';

interface OpenFileStart {
  readonly prefix: string;
  readonly builder: RowGroupBuilder;
  readonly firstOffset: bigint;
  readonly before: RowPosition | null;
}

/** The file of one rendered prefix while it accepts rows: a row group in builders, the rest encoded. */
export class OpenFile {
  readonly prefix: string;
  readonly builder: RowGroupBuilder;
  dirty = 0;
  private rows = 0;
  private first: RowPosition | null = null;
  private last: RowPosition | null = null;
  private readonly firstOffset: bigint;
  private readonly before: RowPosition | null;
  private readonly writer: ParquetFileWriter;

  constructor(start: OpenFileStart, spec: LaneSpec) {
    this.prefix = start.prefix;
    this.builder = start.builder;
    this.firstOffset = start.firstOffset;
    this.before = start.before;
    this.writer = new ParquetFileWriter(spec.schema, spec.codec ?? 'SNAPPY');
  }

  /** Counts the row that was written behind the last one. */
  commitRow(position: RowPosition): void {
    this.builder.rows += 1;
    this.rows += 1;
    if (this.last === null) {
      this.first = position.clone();
      this.last = position.clone();
    } else {
      this.last.copyFrom(position);
    }
  }

  /** Encodes what is in the builders as one row group. */
  async flush(): Promise<void> {
    if (this.builder.rows > 0) await this.writer.append(this.builder.takeIpc());
  }

  async seal(phase: LanePhase): Promise<SealedFile> {
    await this.flush();
    return { ...this.identity(phase), ...cutFile(await this.writer.finish()) };
  }

  discard(): Promise<void> {
    return this.writer.discard();
  }

  stats(phase: LanePhase): OpenFileStats {
    const { encodedBytes } = this.writer;
    return {
      ...this.identity(phase),
      rawBytes: this.builder.rawBytes(),
      encodedBytes,
      memoryBytes: this.builder.capacityBytes() + encodedBytes,
    };
  }

  get encodedBytes(): number {
    return this.writer.encodedBytes;
  }

  private identity(phase: LanePhase) {
    if (this.first === null || this.last === null) throw new RangeError('an open file has no row');
    return {
      prefix: this.prefix,
      rows: this.rows,
      dirty: this.dirty,
      first: this.first.toJson(phase),
      last: this.last.toJson(phase),
      firstOffset: this.firstOffset,
      before: this.before?.toJson(phase) ?? null,
    };
  }
}

export function rowGroupIsFull(file: OpenFile, spec: LaneSpec): boolean {
  return file.builder.rawBytes() >= (spec.rowGroupBytesTarget ?? ROW_GROUP_BYTES_TARGET);
}

/** Large enough that footers and page headers vanish, small enough that an open file stays light. */
const ROW_GROUP_BYTES_TARGET = 8 * 1024 * 1024;

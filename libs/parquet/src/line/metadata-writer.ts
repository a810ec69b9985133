import {
  formatLsn,
  metadataOf,
  type DeliverySchema,
  type MetadataColumn,
  type Mutation,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ColumnBuilder } from '../column-builder.js';
import { readTimestamp, scannedTime, scanTimestamp } from '../values/time-text.js';
import { writeInt64, writeSafeInt64 } from '../values/wide-integer.js';
import { AT_TEXT_BYTES, type LineHead } from './line-head.js';
import { lsnHalves } from './row-position.js';

const encoder = new TextEncoder();
const INT64_HIGH_END = 0x8000_0000;

interface Target {
  readonly index: number;
  readonly tells: MetadataColumn;
}

/**
 * Fills the columns that tell of the change itself, from the head of its line. Call it for a row whose
 * values are written, before the row is counted.
 */
export class MetadataWriter {
  private readonly targets: readonly Target[];
  /** Of the change whose columns are filled. */
  private op = new Uint8Array(1);
  private lsnHigh = 0;
  private lsnLow = 0;
  private seconds = 0;
  private micros = 0;
  private at: Uint8Array = new Uint8Array(0);
  /** Rows of one transaction share their LSN: its text is made once. */
  private lsnText: Uint8Array = encoder.encode('0/0');
  private textHigh = 0;
  private textLow = 0;

  constructor(schema: DeliverySchema) {
    this.targets = schema.flatMap((column, index) => {
      const tells = metadataOf(column);
      return tells === null ? [] : [{ index, tells }];
    });
  }

  /** Whether there is anything to fill. */
  get isUsed(): boolean {
    return this.targets.length > 0;
  }

  /** From a line in the layout of the contract; false when its time is in another one. */
  writeScanned(builders: readonly ColumnBuilder[], row: number, line: ScannedLine): boolean {
    const { b, head } = line;
    if (scanTimestamp(b, head.at) < 0) return false;
    this.op[0] = head.op;
    this.lsnHigh = head.lsnHigh;
    this.lsnLow = head.lsnLow;
    this.seconds = scannedTime.days * 86400 + scannedTime.seconds;
    this.micros = scannedTime.micros;
    this.at = b.subarray(head.at, head.at + AT_TEXT_BYTES);
    this.write(builders, row);
    return true;
  }

  /** From a parsed line. @throws DeliveryError CONTRACT_VIOLATION when `at` is no time. */
  writeParsed(builders: readonly ColumnBuilder[], row: number, line: Mutation): void {
    if (!this.isUsed) return;
    const reading = readTimestamp(line.at);
    if ('reason' in reading) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a mutation lacks its commit time');
    }
    const seconds = reading.micros / 1_000_000n;
    this.op[0] = line.op.charCodeAt(0);
    [this.lsnHigh, this.lsnLow] = lsnHalves(line.lsn);
    this.seconds = Number(seconds);
    this.micros = Number(reading.micros - seconds * 1_000_000n);
    this.at = encoder.encode(line.at);
    this.write(builders, row);
  }

  private write(builders: readonly ColumnBuilder[], row: number): void {
    for (const { index, tells } of this.targets) {
      const builder = builders[index];
      if (builder === undefined) throw new RangeError('schema and builders differ in columns');
      builder.valid[row] = 1;
      switch (tells) {
        case '$op':
          writeText(builder, this.op, row);
          break;
        case '$lsn':
          this.writeLsn(builder, row);
          break;
        case '$commitTime':
          this.writeCommitTime(builder, row);
          break;
        default:
          tells satisfies never;
      }
    }
  }

  private writeLsn(builder: ColumnBuilder, row: number): void {
    if (builder.storage === 'bytes') return writeText(builder, this.textOfLsn(), row);
    if (builder.storage === 'int64') {
      if (this.lsnHigh >= INT64_HIGH_END) {
        builder.setNull(row);
        const text = `${this.lsnHigh.toString(16)}/${this.lsnLow.toString(16)}`;
        builder.sink.report(builder.column, 'is out of the range of INT64', text);
        return;
      }
      builder.ints[row * 2] = this.lsnLow;
      builder.ints[row * 2 + 1] = this.lsnHigh;
      return;
    }
    builder.ints.set([this.lsnLow, this.lsnHigh, 0, 0], row * 4);
  }

  private writeCommitTime(builder: ColumnBuilder, row: number): void {
    if (builder.storage === 'bytes') return writeText(builder, this.at, row);
    const value =
      builder.microsPerUnit === 1
        ? this.seconds * 1_000_000 + this.micros
        : this.seconds * 1000 + Math.floor(this.micros / 1000);
    if (Number.isSafeInteger(value)) return writeSafeInt64(builder.ints, row * 2, value);
    const exact = BigInt(this.seconds) * 1_000_000n + BigInt(this.micros);
    writeInt64(builder.ints, row * 2, exact / BigInt(builder.microsPerUnit));
  }

  private textOfLsn(): Uint8Array {
    if (this.textHigh !== this.lsnHigh || this.textLow !== this.lsnLow) {
      this.textHigh = this.lsnHigh;
      this.textLow = this.lsnLow;
      const lsn = (BigInt(this.lsnHigh) << 32n) | BigInt(this.lsnLow);
      this.lsnText = encoder.encode(formatLsn(lsn));
    }
    return this.lsnText;
  }
}

interface ScannedLine {
  readonly b: Uint8Array;
  readonly head: LineHead;
}

function writeText(builder: ColumnBuilder, text: Uint8Array, row: number): void {
  const start = builder.ints[row] as number;
  const end = start + text.length;
  if (end > builder.data.length) builder.growData(end);
  builder.data.set(text, start);
  builder.ints[row + 1] = end;
}

/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import { DeliveryError } from '@lakeferry/errors';
import type { ByteBuffer } from './byte-buffer.js';
import {
  TUPLE_NULL,
  TUPLE_TEXT,
  type ChangePosition,
  type StreamRelation,
  type TupleView,
} from './change-sink.js';
import { writeNull } from './copy-values.js';
import { jsonBytesMax, writeHex, writeUint } from './json-bytes.js';
import type { Lsn } from './lsn.js';
import { formatTableName } from './table-name.js';
import { encodeTransactionHead } from './transaction-head.js';
import { writeTupleValue } from './tuple-values.js';
import { renderingOf, type Rendering, type SourceColumn } from './value-rendering.js';

export interface StreamRowWriterOptions {
  /** As `formatTableName` writes it. */
  readonly table: string;
  /** The columns of the row's key; empty where the table has none. */
  readonly key: readonly SourceColumn[];
  /** The task's source columns, in the order of the wire. */
  readonly row: readonly SourceColumn[];
  /** The table as the stream described it last. */
  readonly relation: StreamRelation;
}

interface TupleField {
  readonly name: string;
  /** `"name":` with the comma or brace in front of it. */
  readonly label: Buffer;
  readonly rendering: Rendering;
  /** Where the value stands in tuples; -1 where there is none any more. */
  readonly position: number;
}

const VALUE_OVERHEAD_BYTES = 8;
/** Positions, brackets and the list of unchanged columns without its names. */
const FRAME_BYTES = 96;

const CLOSE = Buffer.from('}');
const CLOSE_LINE = Buffer.from('}\n');

/** Turns changes of one table into mutations of one task, straight from the receive buffer. */
export class StreamRowWriter {
  /** The bytes in the buffer that decide the lane: the key's, or the identity's where there is no key. */
  laneStart = 0;
  laneEnd = 0;
  /** Columns of the last line whose value the source did not send. */
  unchangedCount = 0;
  private readonly prefixes: Readonly<Record<'c' | 'u' | 'd', Buffer>>;
  private readonly keyFields: readonly TupleField[];
  private readonly rowFields: readonly TupleField[];
  /** The row as it was, in place of a key: of deletes in a table that has none. */
  private readonly oldFields: readonly TupleField[];
  private readonly fixedBytes: number;
  private head: Buffer = Buffer.alloc(0);
  private unchanged: string[] = [];

  constructor(options: StreamRowWriterOptions) {
    const { relation } = options;
    const prefix = (op: string) =>
      Buffer.from(`{"op":"${op}","table":${JSON.stringify(options.table)}`);
    this.prefixes = {
      c: prefix('c'),
      u: prefix('u'),
      d: prefix('d'),
    };
    this.keyFields = options.key.map((column, index) =>
      tupleField(column, index === 0 ? '{' : ',', relation),
    );
    this.rowFields = options.row.map((column, index) =>
      tupleField(column, index === 0 ? ',"row":{' : ',', relation),
    );
    this.oldFields = options.row.map((column, index) =>
      tupleField(column, index === 0 ? '{' : ',', relation),
    );
    const labels = [...this.keyFields, ...this.rowFields];
    this.fixedBytes =
      this.prefixes.c.length +
      FRAME_BYTES +
      labels.reduce((sum, field) => sum + 2 * field.label.length + VALUE_OVERHEAD_BYTES, 0);
  }

  /** Sets the transaction that the next changes belong to. */
  begin(commitLsn: Lsn, commitTimeMicros: bigint): void {
    this.head = encodeTransactionHead(commitLsn, commitTimeMicros);
  }

  insert(buffer: ByteBuffer, newTuple: TupleView, position: ChangePosition): void {
    this.write('c', buffer, newTuple, null, position);
  }

  update(
    buffer: ByteBuffer,
    newTuple: TupleView,
    oldTuple: TupleView | null,
    position: ChangePosition,
  ): void {
    this.write('u', buffer, newTuple, oldTuple, position);
  }

  delete(buffer: ByteBuffer, oldTuple: TupleView, position: ChangePosition): void {
    this.write('d', buffer, oldTuple, null, position);
  }

  private write(
    op: 'c' | 'u' | 'd',
    buffer: ByteBuffer,
    tuple: TupleView,
    oldTuple: TupleView | null,
    position: ChangePosition,
  ): void {
    const prefix = this.prefixes[op];
    const { head } = this;
    buffer.ensure(this.fixedBytes + head.length + this.valueBytesMax(tuple, oldTuple));
    const out = buffer.bytes;
    let pos = buffer.length;
    out.set(prefix, pos);
    pos += prefix.length;
    out.set(head, pos);
    pos += head.length;
    // The identity's JSON starts at the bracket and quote that end the head.
    this.laneStart = pos - 2;
    pos = writeHex(position.lsnHigh, out, pos);
    out[pos++] = 0x2f;
    pos = writeHex(position.lsnLow, out, pos);
    out[pos++] = 0x22;
    out[pos++] = 0x2c;
    pos = writeUint(position.index, out, pos);
    out[pos++] = 0x5d;
    this.laneEnd = pos;
    if (this.unchanged.length > 0) this.unchanged = [];
    if (this.keyFields.length > 0) pos = this.writeKey(tuple, oldTuple, out, pos);
    else if (op === 'd') pos = this.writeOldRow(tuple, out, pos);
    if (op !== 'd') {
      pos = this.writeFields(this.rowFields, tuple, oldTuple, out, pos);
      pos = writeBytes(CLOSE, out, pos);
    }
    this.unchangedCount = this.unchanged.length;
    if (this.unchangedCount > 0) {
      pos = writeBytes(Buffer.from(`,"unchanged":${JSON.stringify(this.unchanged)}`), out, pos);
    }
    buffer.length = writeBytes(CLOSE_LINE, out, pos);
  }

  private writeKey(
    tuple: TupleView,
    oldTuple: TupleView | null,
    out: Uint8Array,
    position: number,
  ): number {
    const start = writeBytes(KEY_LABEL, out, position);
    let pos = this.writeFields(this.keyFields, tuple, oldTuple, out, start);
    pos = writeBytes(CLOSE, out, pos);
    if (this.unchanged.length > 0) {
      throw new DeliveryError(
        'SOURCE_NOT_READY',
        'the source left out a key column that is stored out of line: update its minor version',
        { context: { column: this.unchanged[0] } },
      );
    }
    this.laneStart = start;
    this.laneEnd = pos;
    return pos;
  }

  /** The lane stays that of the identity: such a row has no other versions to stay together with. */
  private writeOldRow(tuple: TupleView, out: Uint8Array, position: number): number {
    const start = writeBytes(KEY_LABEL, out, position);
    return writeBytes(CLOSE, out, this.writeFields(this.oldFields, tuple, null, out, start));
  }

  private writeFields(
    fields: readonly TupleField[],
    tuple: TupleView,
    oldTuple: TupleView | null,
    out: Uint8Array,
    start: number,
  ): number {
    let pos = start;
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index] as TupleField;
      const { position } = field;
      const kind = tuple.kinds[position];
      pos = writeBytes(field.label, out, pos);
      if (kind === TUPLE_TEXT) {
        pos = writeField(field, tuple, out, pos);
      } else if (kind === TUPLE_NULL || position < 0) {
        pos = writeNull(out, pos);
      } else if (oldTuple !== null && oldTuple.kinds[position] === TUPLE_TEXT) {
        pos = writeField(field, oldTuple, out, pos);
      } else {
        this.unchanged.push(field.name);
        pos = writeNull(out, pos);
      }
    }
    return pos;
  }

  /** Room for the values: those of the key stand in the line twice. */
  private valueBytesMax(tuple: TupleView, oldTuple: TupleView | null): number {
    let bytes = 0;
    const { keyFields, rowFields } = this;
    for (let index = 0; index < keyFields.length; index += 1) {
      bytes += fieldBytesMax(keyFields[index] as TupleField, tuple, oldTuple);
    }
    for (let index = 0; index < rowFields.length; index += 1) {
      bytes += fieldBytesMax(rowFields[index] as TupleField, tuple, oldTuple);
    }
    return bytes;
  }
}

const KEY_LABEL = Buffer.from(',"key":');

export function createStreamRowWriter(options: StreamRowWriterOptions): StreamRowWriter {
  return new StreamRowWriter(options);
}

function tupleField(column: SourceColumn, before: string, relation: StreamRelation): TupleField {
  return {
    name: column.name,
    label: Buffer.from(`${before}${JSON.stringify(column.name)}:`),
    rendering: renderingOf(column.baseTypeOid),
    position: column.gone === true ? -1 : positionOf(column, relation),
  };
}

function positionOf(column: SourceColumn, relation: StreamRelation): number {
  const position = relation.columns.findIndex((streamed) => streamed.name === column.name);
  const streamed = relation.columns[position];
  if (streamed?.typeOid === column.typeOid) return position;
  const what = streamed === undefined ? 'is gone' : 'has another type';
  throw new DeliveryError(
    'SOURCE_TABLE_CHANGED',
    `column ${JSON.stringify(column.name)} of ${formatTableName(relation)} ${what}`,
    { context: { column: column.name, oid: relation.oid } },
  );
}

function writeField(
  field: TupleField,
  tuple: TupleView,
  out: Uint8Array,
  position: number,
): number {
  return writeTupleValue(
    field.rendering,
    tuple.bytes,
    tuple.starts[field.position] as number,
    tuple.ends[field.position] as number,
    out,
    position,
  );
}

function fieldBytesMax(field: TupleField, tuple: TupleView, oldTuple: TupleView | null): number {
  const { position } = field;
  if (tuple.kinds[position] === TUPLE_TEXT) return textBytesMax(tuple, position);
  if (oldTuple === null || oldTuple.kinds[position] !== TUPLE_TEXT) return 0;
  return textBytesMax(oldTuple, position);
}

function textBytesMax(tuple: TupleView, position: number): number {
  return jsonBytesMax(
    tuple.bytes,
    tuple.starts[position] as number,
    tuple.ends[position] as number,
  );
}

/** Labels are short: a loop beats the call of a bulk copy. */
function writeBytes(bytes: Uint8Array, out: Uint8Array, position: number): number {
  const { length } = bytes;
  for (let index = 0; index < length; index += 1) out[position + index] = bytes[index] as number;
  return position + length;
}

import { DeliveryError } from '@lakeferry/errors';
import {
  ChangePosition,
  TUPLE_NULL,
  TUPLE_TEXT,
  TUPLE_UNCHANGED,
  TupleView,
  type ChangeSink,
  type StreamColumn,
  type StreamRelation,
} from './change-sink.js';
import { lsnOf, type Lsn } from './lsn.js';

const XLOG_DATA = 0x77; // w
const KEEPALIVE = 0x6b; // k
const XLOG_HEADER_BYTES = 25;

const NEW_TUPLE = 0x4e; // N
const OLD_TUPLE = 0x4f; // O
const KEY_TUPLE = 0x4b; // K

/** Microseconds from 1970 to 2000, the epoch of PostgreSQL's timestamps. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n;

const IDENTITY: Readonly<Record<string, StreamRelation['replicaIdentity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
};

/**
 * Decodes replication messages with pgoutput (protocol version 1, text values) inside, straight out of
 * the receive buffer: no object per change.
 */
export class PgOutputDecoder {
  private readonly relations = new Map<number, StreamRelation>();
  private readonly newTuple = new TupleView();
  private readonly oldTuple = new TupleView();
  private readonly position = new ChangePosition();
  private at = 0;

  constructor(private readonly sink: ChangeSink) {}

  /** One CopyData body. */
  push(bytes: Buffer, start: number, end: number): void {
    switch (bytes[start] as number) {
      case XLOG_DATA:
        this.at = start + XLOG_HEADER_BYTES + 1;
        return this.message(bytes, start);
      case KEEPALIVE:
        return this.sink.keepalive(lsnAt(bytes, start + 1), bytes[end - 1] === 1);
      default:
        throw unknownMessage(bytes[start]);
    }
  }

  private message(bytes: Buffer, start: number): void {
    const type = String.fromCharCode(bytes[start + XLOG_HEADER_BYTES] as number);
    switch (type) {
      case 'I':
        return this.insert(bytes, start);
      case 'U':
        return this.update(bytes, start);
      case 'D':
        return this.delete(bytes, start);
      case 'B':
        return this.begin(bytes);
      case 'C':
        return this.sink.commit(lsnAt(bytes, this.at + 1), lsnAt(bytes, this.at + 9));
      case 'R':
        return this.relation(bytes);
      // Type names, origins and truncations concern nothing that is delivered.
      case 'Y':
      case 'O':
      case 'T':
        return;
      default:
        throw unknownMessage(bytes[start + XLOG_HEADER_BYTES]);
    }
  }

  private begin(bytes: Buffer): void {
    this.position.lsnHigh = 0;
    this.position.lsnLow = 0;
    this.sink.begin(
      lsnAt(bytes, this.at),
      bytes.readBigInt64BE(this.at + 8) + POSTGRES_EPOCH_MICROS,
      bytes.readUInt32BE(this.at + 16),
    );
  }

  private insert(bytes: Buffer, start: number): void {
    const relation = this.changed(bytes, start);
    this.at += 1;
    this.tuple(bytes, this.newTuple);
    this.sink.insert(relation, this.newTuple, this.position);
  }

  private update(bytes: Buffer, start: number): void {
    const relation = this.changed(bytes, start);
    const tag = bytes[this.at];
    const hasOld = tag === OLD_TUPLE || tag === KEY_TUPLE;
    if (hasOld) {
      this.at += 1;
      this.tuple(bytes, this.oldTuple);
    }
    if (bytes[this.at] !== NEW_TUPLE) throw unknownMessage(bytes[this.at]);
    this.at += 1;
    this.tuple(bytes, this.newTuple);
    this.sink.update(relation, this.newTuple, hasOld ? this.oldTuple : null, this.position);
  }

  private delete(bytes: Buffer, start: number): void {
    const relation = this.changed(bytes, start);
    this.at += 1;
    this.tuple(bytes, this.oldTuple);
    this.sink.delete(relation, this.oldTuple, this.position);
  }

  /** Moves the position to the change that starts here and finds its table. */
  private changed(bytes: Buffer, start: number): StreamRelation {
    const high = bytes.readUInt32BE(start + 1);
    const low = bytes.readUInt32BE(start + 5);
    const { position } = this;
    if (low === position.lsnLow && high === position.lsnHigh) {
      position.index += 1;
    } else {
      position.lsnHigh = high;
      position.lsnLow = low;
      position.index = 0;
    }
    const oid = bytes.readUInt32BE(this.at);
    this.at += 4;
    const relation = this.relations.get(oid);
    if (relation === undefined) {
      throw new DeliveryError('CONTRACT_VIOLATION', 'a change of a table that was not described', {
        context: { oid },
      });
    }
    return relation;
  }

  private tuple(bytes: Buffer, view: TupleView): void {
    let at = this.at;
    const count = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    at += 2;
    view.reserve(count);
    view.bytes = bytes;
    const { kinds, starts, ends } = view;
    for (let column = 0; column < count; column += 1) {
      const kind = bytes[at] as number;
      at += 1;
      kinds[column] = kind;
      if (kind === TUPLE_TEXT) {
        const length =
          ((bytes[at] as number) << 24) |
          ((bytes[at + 1] as number) << 16) |
          ((bytes[at + 2] as number) << 8) |
          (bytes[at + 3] as number);
        at += 4;
        starts[column] = at;
        at += length;
        ends[column] = at;
      } else if (kind !== TUPLE_NULL && kind !== TUPLE_UNCHANGED) {
        throw unknownMessage(kind);
      }
    }
    this.at = at;
  }

  private relation(bytes: Buffer): void {
    const oid = bytes.readUInt32BE(this.at);
    this.at += 4;
    const schema = this.name(bytes);
    const name = this.name(bytes);
    const identity = IDENTITY[String.fromCharCode(bytes[this.at] as number)] ?? 'nothing';
    const count = bytes.readUInt16BE(this.at + 1);
    this.at += 3;
    const columns: StreamColumn[] = [];
    for (let index = 0; index < count; index += 1) {
      const isKey = bytes[this.at] === 1;
      this.at += 1;
      const column = this.name(bytes);
      columns.push({ name: column, typeOid: bytes.readUInt32BE(this.at), isKey });
      this.at += 8;
    }
    const relation = {
      oid,
      schema: schema === '' ? 'pg_catalog' : schema,
      name,
      replicaIdentity: identity,
      columns,
    };
    this.relations.set(oid, relation);
    this.sink.relation(relation);
  }

  private name(bytes: Buffer): string {
    const end = bytes.indexOf(0, this.at);
    const text = bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }
}

function lsnAt(bytes: Buffer, at: number): Lsn {
  return lsnOf(bytes.readBigUInt64BE(at));
}

function unknownMessage(byte: number | undefined): DeliveryError {
  return new DeliveryError('CONTRACT_VIOLATION', 'the source sent a message of unknown form', {
    context: { byte },
  });
}

import { DeliveryError } from '@lakeferry/errors';

/** Types of the compact protocol as they stand in the bytes. */
export const THRIFT = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  STRUCT: 12,
} as const;

/** Fields of a struct by number, in the order of their numbers. */
export type ThriftStruct = Map<number, ThriftField>;
export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}
export interface ThriftList {
  readonly type: number;
  readonly items: readonly ThriftValue[];
}
/** Booleans have no value of their own: their type tells it. Bytes and doubles stay bytes. */
export type ThriftValue = bigint | Uint8Array | ThriftStruct | ThriftList | null;

/** Reads one struct of Thrift's compact protocol, without knowing what it means. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  const reader = new Reader(bytes);
  const struct = reader.struct();
  if (reader.at !== bytes.length) throw unreadable();
  return struct;
}

class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    for (;;) {
      const header = this.byte();
      if (header === 0) return fields;
      const type = header & 15;
      id = header >> 4 === 0 ? Number(this.zigzag()) : id + (header >> 4);
      fields.set(id, { type, value: this.value(type) });
    }
  }

  private value(type: number): ThriftValue {
    switch (type) {
      case THRIFT.TRUE:
      case THRIFT.FALSE:
        return null;
      case THRIFT.BYTE:
        return this.take(1);
      case THRIFT.I16:
      case THRIFT.I32:
      case THRIFT.I64:
        return this.zigzag();
      case THRIFT.DOUBLE:
        return this.take(8);
      case THRIFT.BINARY:
        return this.take(Number(this.varint()));
      case THRIFT.LIST:
        return this.list();
      case THRIFT.STRUCT:
        return this.struct();
      default:
        throw unreadable();
    }
  }

  private list(): ThriftList {
    const header = this.byte();
    const type = header & 15;
    const size = header >> 4 === 15 ? Number(this.varint()) : header >> 4;
    // In a list every boolean is a byte.
    const itemType = type === THRIFT.TRUE || type === THRIFT.FALSE ? THRIFT.BYTE : type;
    const items: ThriftValue[] = [];
    while (items.length < size) items.push(this.value(itemType));
    return { type, items };
  }

  private take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw unreadable();
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  private byte(): number {
    return this.take(1)[0] as number;
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw unreadable();
  }

  private zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/** The bytes of a struct. */
export function writeThrift(struct: ThriftStruct): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  writeStruct(out, struct);
  return Uint8Array.from(out);
}

function writeStruct(out: number[], struct: ThriftStruct): void {
  let before = 0;
  for (const [id, { type, value }] of struct) {
    const step = id - before;
    if (step >= 1 && step <= 15) {
      out.push((step << 4) | type);
    } else {
      out.push(type);
      writeVarint(out, zigzag(BigInt(id)));
    }
    writeValue(out, value, type);
    before = id;
  }
  out.push(0);
}

function writeValue(out: number[], value: ThriftValue, type: number): void {
  if (value === null) return;
  if (typeof value === 'bigint') writeVarint(out, zigzag(value));
  else if (value instanceof Map) writeStruct(out, value);
  else if (value instanceof Uint8Array) {
    if (type === THRIFT.BINARY) writeVarint(out, BigInt(value.length));
    for (const byte of value) out.push(byte);
  } else writeList(out, value);
}

function writeList(out: number[], { type, items }: ThriftList): void {
  if (items.length < 15) out.push((items.length << 4) | type);
  else {
    out.push(0xf0 | type);
    writeVarint(out, BigInt(items.length));
  }
  for (const item of items) writeValue(out, item, type);
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value << 1n : (-value << 1n) - 1n;
}

function writeVarint(out: number[], value: bigint): void {
  let rest = value;
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}

function unreadable(): DeliveryError {
  return new DeliveryError('INVARIANT_BROKEN', 'the footer of a Parquet file is unreadable');
}

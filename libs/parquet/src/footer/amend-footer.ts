import type { DeliverySchema, DeliveryType } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  readThrift,
  THRIFT,
  writeThrift,
  type ThriftField,
  type ThriftList,
  type ThriftStruct,
} from './thrift-compact.js';

/** Field numbers of parquet.thrift. */
const FILE = { schema: 2, rowGroups: 4, keyValues: 5 } as const;
const ELEMENT = { type: 1, length: 2, name: 4, children: 5, converted: 6, logical: 10 } as const;
const ROW_GROUP = { columns: 1 } as const;
const CHUNK = { metadata: 3 } as const;
const COLUMN = { type: 1, path: 3, statistics: 12 } as const;
const STATISTICS = { nulls: 3 } as const;
const KEY_VALUE = { key: 1 } as const;

const INT96 = 3n;
const CONVERTED_INTERVAL = 21n;
const MAGIC = 'PAR1';
/** The footer's length and the magic bytes behind it. */
const TAIL_BYTES = 8;

type AmendedType = Extract<DeliveryType, 'INTERVAL' | 'INT96'>;

/** Columns whose type only the footer can name. */
function amendedColumns(schema: DeliverySchema): Map<string, AmendedType> {
  const found = new Map<string, AmendedType>();
  for (const { ossColumnName, type } of schema) {
    if (type === 'INTERVAL' || type === 'INT96') found.set(ossColumnName, type);
  }
  return found;
}

/**
 * Names the types of INTERVAL and INT96 columns in the footer of a file, given and returned in pieces.
 * The encoder, which knows neither, wrote them as 12 bytes of fixed length: their pages are laid out
 * alike. Their lowest and highest values, which no order defines, are left out.
 */
export function amendFile(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  schema: DeliverySchema,
): Uint8Array<ArrayBuffer>[] {
  const columns = amendedColumns(schema);
  if (columns.size === 0) return [...pieces];
  const tail = lastBytes(pieces, TAIL_BYTES);
  if (tail.toString('latin1', 4) !== MAGIC) throw broken('the file has no end');
  const length = tail.readUInt32LE(0);
  const footer = lastBytes(pieces, length + TAIL_BYTES).subarray(0, length);
  const amended = writeThrift(amend(readThrift(footer), columns));
  const end = Buffer.alloc(TAIL_BYTES);
  end.writeUInt32LE(amended.length, 0);
  end.write(MAGIC, 4, 'latin1');
  return [...withoutLast(pieces, length + TAIL_BYTES), amended, new Uint8Array(end)];
}

function lastBytes(pieces: readonly Uint8Array[], count: number): Buffer {
  const taken: Uint8Array[] = [];
  let missing = count;
  for (let at = pieces.length - 1; at >= 0 && missing > 0; at -= 1) {
    const piece = pieces[at] as Uint8Array;
    taken.unshift(piece.subarray(Math.max(0, piece.length - missing)));
    missing -= piece.length;
  }
  if (missing > 0) throw broken('the file is shorter than its footer');
  return Buffer.concat(taken);
}

function withoutLast(pieces: readonly Uint8Array<ArrayBuffer>[], count: number) {
  const kept = [...pieces];
  for (let missing = count; missing > 0;) {
    const last = kept.pop() as Uint8Array<ArrayBuffer>;
    if (last.length > missing) kept.push(last.subarray(0, last.length - missing));
    missing -= last.length;
  }
  return kept;
}

function amend(file: ThriftStruct, columns: ReadonlyMap<string, AmendedType>): ThriftStruct {
  let amended = 0;
  const elements = structsOf(file.get(FILE.schema));
  for (const element of topLevel(elements)) {
    const type = columns.get(textOf(element.get(ELEMENT.name)));
    if (type === undefined) continue;
    amendElement(element, type);
    amended += 1;
  }
  if (amended !== columns.size) throw broken('the footer lacks a column');
  for (const rowGroup of structsOf(file.get(FILE.rowGroups))) {
    for (const chunk of structsOf(rowGroup.get(ROW_GROUP.columns))) {
      const metadata = chunk.get(CHUNK.metadata)?.value;
      if (metadata instanceof Map) amendChunk(metadata, columns);
    }
  }
  // The copy of the schema in Arrow's own form would contradict the footer's.
  const keyValues = structsOf(file.get(FILE.keyValues)).filter((entry) => {
    return textOf(entry.get(KEY_VALUE.key)) !== 'ARROW:schema';
  });
  if (keyValues.length === 0) file.delete(FILE.keyValues);
  else file.set(FILE.keyValues, list(keyValues));
  return file;
}

/** The elements directly below the root; each stands in front of its own children. */
function topLevel(elements: readonly ThriftStruct[]): ThriftStruct[] {
  const found: ThriftStruct[] = [];
  for (let at = 1; at < elements.length; at += subtree(elements, at)) {
    found.push(elements[at] as ThriftStruct);
  }
  return found;
}

function subtree(elements: readonly ThriftStruct[], at: number): number {
  const children = Number(elements[at]?.get(ELEMENT.children)?.value ?? 0);
  let size = 1;
  for (let child = 0; child < children; child += 1) size += subtree(elements, at + size);
  return size;
}

function amendElement(element: ThriftStruct, type: AmendedType): void {
  element.delete(ELEMENT.logical);
  if (type === 'INT96') {
    element.set(ELEMENT.type, { type: THRIFT.I32, value: INT96 });
    element.delete(ELEMENT.length);
    element.delete(ELEMENT.converted);
  } else {
    element.set(ELEMENT.converted, { type: THRIFT.I32, value: CONVERTED_INTERVAL });
  }
  sortFields(element);
}

function amendChunk(metadata: ThriftStruct, columns: ReadonlyMap<string, AmendedType>): void {
  const path = metadata.get(COLUMN.path)?.value as ThriftList | undefined;
  const [name] = path?.items ?? [];
  const type = path?.items.length === 1 ? columns.get(text(name)) : undefined;
  if (type === undefined) return;
  if (type === 'INT96') metadata.set(COLUMN.type, { type: THRIFT.I32, value: INT96 });
  const statistics = metadata.get(COLUMN.statistics)?.value;
  if (!(statistics instanceof Map)) return;
  for (const field of [...statistics.keys()]) {
    if (field !== STATISTICS.nulls) statistics.delete(field);
  }
}

function sortFields(struct: ThriftStruct): void {
  const fields = [...struct].sort(([a], [b]) => a - b);
  struct.clear();
  for (const [id, field] of fields) struct.set(id, field);
}

function structsOf(field: ThriftField | undefined): ThriftStruct[] {
  const { items = [] } = (field?.value ?? {}) as Partial<ThriftList>;
  return [...items] as ThriftStruct[];
}

function list(items: readonly ThriftStruct[]): ThriftField {
  return { type: THRIFT.LIST, value: { type: THRIFT.STRUCT, items } };
}

function textOf(field: ThriftField | undefined): string {
  return text(field?.value);
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

function broken(what: string): DeliveryError {
  return new DeliveryError('INVARIANT_BROKEN', `a Parquet file can't be completed: ${what}`);
}

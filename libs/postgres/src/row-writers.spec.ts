import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteBuffer } from './byte-buffer.js';
import {
  ChangePosition,
  TUPLE_NULL,
  TUPLE_TEXT,
  TUPLE_UNCHANGED,
  TupleView,
} from './change-sink.js';
import { lsnOf } from './lsn.js';
import { createScanRowWriter } from './scan-row-writer.js';
import { createStreamRowWriter } from './stream-row-writer.js';
import { formatMicros } from './transaction-head.js';
import type { SourceColumn } from './value-rendering.js';

const TEXT = 25;
const BIGINT = 20;
const BYTEA = 17;
const FLOAT8 = 701;

function column(name: string, baseTypeOid = TEXT): SourceColumn {
  return { name, typeOid: baseTypeOid, baseTypeOid };
}

/** The text of a COPY field, as PostgreSQL writes it. */
function copyField(value: string | null): string {
  if (value === null) return '\\N';
  const letters: Record<string, string> = {
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  return value.replaceAll(/[\\\b\f\n\r\t\v]/g, (char) => letters[char] ?? char);
}

function tupleOf(values: readonly (string | null | undefined)[]): TupleView {
  const view = new TupleView();
  view.reserve(values.length);
  let bytes = Buffer.alloc(0);
  values.forEach((value, index) => {
    view.kinds[index] =
      value === undefined ? TUPLE_UNCHANGED : value === null ? TUPLE_NULL : TUPLE_TEXT;
    view.starts[index] = bytes.length;
    bytes = Buffer.concat([bytes, Buffer.from(value ?? '')]);
    view.ends[index] = bytes.length;
  });
  view.bytes = bytes;
  return view;
}

const position = Object.assign(new ChangePosition(), { lsnHigh: 0x1a, lsnLow: 0xf0e, index: 12 });

function streamWriter(columns: readonly SourceColumn[], key: readonly SourceColumn[]) {
  const writer = createStreamRowWriter({
    table: 'public."T"',
    key,
    row: columns,
    relation: {
      oid: 1,
      schema: 'public',
      name: 'T',
      replicaIdentity: 'default',
      columns: columns.map(({ name, typeOid }) => ({ name, typeOid, isKey: false })),
    },
  });
  writer.begin(lsnOf(0x1a2b3c8n), 1_795_168_800_123_456n);
  return writer;
}

function deleteLine(
  columns: readonly SourceColumn[],
  key: readonly SourceColumn[],
  old: readonly (string | null)[],
): { line: string; lane: string } {
  const writer = streamWriter(columns, key);
  const out = new ByteBuffer(1);
  writer.delete(out, tupleOf(old), position);
  const lane = out.bytes.toString('utf8', writer.laneStart, writer.laneEnd);
  return { line: out.view().toString('utf8'), lane };
}

function streamLine(
  columns: readonly SourceColumn[],
  key: readonly SourceColumn[],
  values: readonly (string | null | undefined)[],
  old: readonly (string | null | undefined)[] | null = null,
): { line: string; lane: string; unchanged: number } {
  const writer = streamWriter(columns, key);
  const out = new ByteBuffer(1);
  out.append(Buffer.from('before'), 0, 6);
  writer.update(out, tupleOf(values), old === null ? null : tupleOf(old), position);
  return {
    line: out.view().toString('utf8', 6),
    lane: out.bytes.toString('utf8', writer.laneStart, writer.laneEnd),
    unchanged: writer.unchangedCount,
  };
}

function scanLine(
  columns: readonly SourceColumn[],
  key: readonly SourceColumn[],
  values: readonly (string | null)[],
): string {
  const writer = createScanRowWriter({
    table: 'public."T"',
    key,
    row: columns,
    lsn: lsnOf(255n),
    at: '2026-11-20T10:00:00.000001Z',
  });
  const fields = writer.copyColumns.map(({ name }) => {
    const index = columns.findIndex((candidate) => candidate.name === name);
    return copyField(values[index] ?? null);
  });
  const bytes = Buffer.from(`${fields.join('\t')}\n`);
  const out = new ByteBuffer(1);
  writer.write(out, bytes, 0, bytes.length, 123_456, 7);
  return out.view().toString('utf8');
}

describe('mutation lines', () => {
  const columns = [column('a "b"'), column('id', BIGINT), column('ü')];
  const key = [columns[1] as SourceColumn];

  it('have the form of the wire, byte for byte', () => {
    expect(streamLine(columns, key, ['x', '5', null]).line).toBe(
      '{"op":"u","table":"public.\\"T\\"","lsn":"0/1A2B3C8","at":"2026-11-20T10:00:00.123456Z",' +
        '"change":["1A/F0E",12],"key":{"id":5},"row":{"a \\"b\\"":"x","id":5,"ü":null}}\n',
    );
    expect(scanLine(columns, key, ['x', '5', null])).toBe(
      '{"op":"r","table":"public.\\"T\\"","lsn":"0/FF","at":"2026-11-20T10:00:00.000001Z",' +
        '"page":[123456,7],"key":{"id":5},"row":{"a \\"b\\"":"x","id":5,"ü":null}}\n',
    );
  });

  it('carry of a delete its key, or the row as it was where there is none', () => {
    const old = ['x', '5', null];
    const keyed = deleteLine(columns, key, old);
    expect(keyed.line).toBe(
      '{"op":"d","table":"public.\\"T\\"","lsn":"0/1A2B3C8","at":"2026-11-20T10:00:00.123456Z",' +
        '"change":["1A/F0E",12],"key":{"id":5}}\n',
    );
    expect(keyed.lane).toBe('{"id":5}');
    const keyless = deleteLine(columns, [], old);
    expect(keyless.line).toBe(
      '{"op":"d","table":"public.\\"T\\"","lsn":"0/1A2B3C8","at":"2026-11-20T10:00:00.123456Z",' +
        '"change":["1A/F0E",12],"key":{"a \\"b\\"":"x","id":5,"ü":null}}\n',
    );
    expect(keyless.lane).toBe('["1A/F0E",12]');
  });

  it('carry any text losslessly, alike from both sources', () => {
    const text = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...ODD) }))
      .filter((value) => !value.includes('\0') && value.isWellFormed());
    fc.assert(
      fc.property(text, fc.option(text), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (a, c, id) => {
        const values = [a, id.toString(), c];
        const streamed = JSON.parse(streamLine(columns, key, values).line) as Line;
        const scanned = JSON.parse(scanLine(columns, key, values)) as Line;
        const safe = id >= -(2n ** 53n) + 1n && id <= 2n ** 53n - 1n;
        const wire = safe ? Number(id) : id.toString();
        expect(streamed.row).toEqual({ 'a "b"': a, id: wire, ü: c });
        expect(scanned.row).toEqual(streamed.row);
        expect(scanned.key).toEqual({ id: wire });
        expect(streamed.key).toEqual(scanned.key);
      }),
    );
  });

  it('carry any bytes and any float', () => {
    const given = [column('b', BYTEA), column('f', FLOAT8)];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.double(), (bytes, float) => {
        const hex = `\\x${Buffer.from(bytes).toString('hex')}`;
        const values = [hex, Object.is(float, -0) ? '-0' : String(float)];
        const finite = Number.isFinite(float) ? float : String(float);
        const expected = { b: Buffer.from(bytes).toString('base64'), f: finite };
        expect((JSON.parse(streamLine(given, [], values).line) as Line).row).toEqual(expected);
        expect((JSON.parse(scanLine(given, [], values)) as Line).row).toEqual(expected);
      }),
    );
  });

  it('carry a large value of nothing but escapes', () => {
    const value = '\u0001'.repeat(200_000);
    expect((JSON.parse(scanLine([column('v')], [], [value])) as Line).row).toEqual({ v: value });
    const streamed = streamLine([column('v')], [], [value]).line;
    expect((JSON.parse(streamed) as Line).row).toEqual({ v: value });
  });

  it('name what was not sent, or take it from the old row', () => {
    const filled = streamLine(columns, key, ['x', '5', undefined], ['x', '4', 'old']);
    expect(JSON.parse(filled.line)).toMatchObject({ row: { ü: 'old' } });
    expect(filled.unchanged).toBe(0);
    const missing = streamLine(columns, key, [undefined, '5', undefined]);
    expect(missing.line.endsWith(',"unchanged":["a \\"b\\"","ü"]}\n')).toBe(true);
    expect(missing.unchanged).toBe(2);
    const fromKey = streamLine(columns, key, ['x', undefined, 'y'], [null, '77', null]);
    expect(fromKey.lane).toBe('{"id":77}');
    expect(() => streamLine(columns, key, ['x', undefined, 'y'])).toThrow('key column');
  });

  it('hash the key, or the identity where there is none', () => {
    expect(streamLine(columns, key, ['x', '5', null]).lane).toBe('{"id":5}');
    expect(streamLine(columns, [], ['x', '5', null]).lane).toBe('["1A/F0E",12]');
  });

  it('are refused for a table that has changed', () => {
    const relation = {
      oid: 1,
      schema: 'public',
      name: 'T',
      replicaIdentity: 'default' as const,
      columns: [{ name: 'id', typeOid: 23, isKey: true }],
    };
    const options = { table: 'public."T"', key: [], relation };
    const make = (row: SourceColumn) => () => createStreamRowWriter({ ...options, row: [row] });
    expect(make(column('id', BIGINT))).toThrow('has another type');
    expect(make(column('gone'))).toThrow('is gone');
  });
});

describe('formatMicros', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000Z'],
    [1_795_168_800_123_456n, '2026-11-20T10:00:00.123456Z'],
    [-1n, '1969-12-31T23:59:59.999999Z'],
  ])('%s', (micros, expected) => {
    expect(formatMicros(micros)).toBe(expected);
  });
});

interface Line {
  readonly key?: Record<string, unknown>;
  readonly row?: Record<string, unknown>;
}

const ODD = [
  '\\',
  '"',
  '\n',
  '\t',
  '\r',
  '\b',
  '\f',
  '\v',
  '\u0001',
  '\u001f',
  '\u007f',
  'N',
  '.',
  '😀',
];

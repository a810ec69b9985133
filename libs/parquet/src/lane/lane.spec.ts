import { describe, expect, it, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryColumn, IdentityJson } from '@lakeferry/contracts';
import { queryParquet, type ReadValue } from '../testing/index.js';
import { RecordBuffers } from '../record-buffers.js';
import { Lane } from './lane.js';
import type { LaneRecovery, LaneSpec } from './lane-spec.js';

// Native readers and threads start slowly on a busy machine.
jest.setTimeout(60_000);

type WireValue = string | number | boolean | null;

const column = (
  name: string,
  type: DeliveryColumn['type'],
  sourceType: string,
  digits: Pick<DeliveryColumn, 'precision' | 'scale'> = {},
): DeliveryColumn => ({
  columnName: name,
  ossColumnName: name,
  type,
  encode: 'PLAIN',
  sourceType,
  ...digits,
});

const SCHEMA = [
  column('b', 'BOOL', 'bool'),
  column('i', 'INT32', 'int4'),
  column('l', 'INT64', 'int8'),
  column('f', 'FLOAT', 'float4'),
  column('d', 'DOUBLE', 'float8'),
  column('n', 'DECIMAL', 'numeric', { precision: 38, scale: 9 }),
  column('m', 'DECIMAL', 'numeric', { precision: 9, scale: 2 }),
  column('t', 'UTF8', 'text'),
  column('x', 'BINARY', 'bytea'),
  column('day', 'DATE', 'date'),
  column('ts', 'TIMESTAMP_MICROS', 'timestamp'),
  column('tz', 'TIMESTAMP_MICROS', 'timestamptz'),
  column('ms', 'TIMESTAMP_MILLIS', 'timestamptz'),
  column('odd "näme".', 'UTF8', 'text'),
];

const spec = (overrides: Partial<LaneSpec> = {}): LaneSpec => ({
  schema: SCHEMA,
  prefix: 'all',
  timeZone: 'UTC',
  ...overrides,
});
const FROM_START: LaneRecovery = { phase: 'rows', before: null, sealed: [] };

interface LineOptions {
  readonly lsn?: string;
  readonly change?: readonly [string, number];
  readonly at?: string;
  readonly op?: string;
}

function line(row: Record<string, WireValue> | undefined, index: number, o: LineOptions = {}) {
  return JSON.stringify({
    op: o.op ?? 'c',
    table: 'public."t""1"',
    lsn: o.lsn ?? '0/1A2B3C8',
    at: o.at ?? '2026-11-20T10:00:00.123456Z',
    change: o.change ?? ['0/1A2B300', index],
    key: { l: 1, t: 'a}"' },
    ...(row && { row }),
  });
}

async function append(lane: Lane, lines: readonly string[], offset = 0n) {
  const value = Buffer.from(lines.join('\n'));
  const packed = new RecordBuffers().pack([{ offset, value }]);
  return lane.append(new Uint8Array(packed.buffer), packed.records);
}

async function encode(rows: readonly Record<string, WireValue>[], format: (l: string) => string) {
  const lane = new Lane(spec(), FROM_START);
  const result = await append(
    lane,
    rows.map((row, index) => format(line(row, index))),
  );
  return { result, file: await lane.seal('all') };
}

async function roundTrip(
  rows: readonly Record<string, WireValue>[],
  format: (l: string) => string,
) {
  const encoded = await encode(rows, format);
  return { ...encoded, read: await queryParquet(encoded.file.chunks) };
}

/** The same line in another layout, so that only the JSON parser reads it. */
const spaced = (text: string) => text.replace('"op":', '"op": ');

const EMPTY = Object.fromEntries(SCHEMA.map(({ columnName }) => [columnName, null]));

async function one(name: string, value: WireValue) {
  const { result, read, file } = await roundTrip([{ ...EMPTY, [name]: value }], (l) => l);
  const at = SCHEMA.findIndex(({ columnName }) => columnName === name);
  return { stored: read[0]?.[at] as ReadValue, dirty: result.dirty, sha256: file.sha256 };
}

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

describe('values', () => {
  test.each<[string, WireValue, ReadValue]>([
    ['b', true, true],
    ['b', false, false],
    ['b', 't', true],
    ['i', 2147483647, 2147483647],
    ['i', -2147483648, -2147483648],
    ['l', '9223372036854775807', 9223372036854775807n],
    ['l', '-9223372036854775808', -9223372036854775808n],
    ['l', '9007199254740993', 9007199254740993n],
    ['l', '-9007199254740993', -9007199254740993n],
    ['l', 9007199254740991, 9007199254740991n],
    ['l', -9007199254740991, -9007199254740991n],
    ['l', -2147483648, -2147483648n],
    ['l', 4294967296, 4294967296n],
    ['d', 'NaN', NaN],
    ['d', 'Infinity', Infinity],
    ['d', '-Infinity', -Infinity],
    ['d', 5e-324, 5e-324],
    ['d', 1.7976931348623157e308, 1.7976931348623157e308],
    ['d', 0.1, 0.1],
    ['d', 123456789.12345679, 123456789.12345679],
    ['d', '-12.50', -12.5],
    ['f', 3.4028235e38, Math.fround(3.4028235e38)],
    ['f', 0.1, Math.fround(0.1)],
    ['f', 'NaN', NaN],
    ['n', '12345678901234567890123456789.123456789', 12345678901234567890123456789123456789n],
    ['n', '-99999999999999999999999999999.999999999', -99999999999999999999999999999999999999n],
    ['n', '-0.000000001', -1n],
    ['n', '1.5000000000000', 1500000000n],
    ['n', 42, 42000000000n],
    ['m', '9999999.99', 999999999n],
    ['m', '-1', -100n],
    ['t', '', ''],
    ['t', '😀 \u0001\u001f\t\n\r\b\f"\\/ é \u2028', '😀 \u0001\u001f\t\n\r\b\f"\\/ é \u2028'],
    ['t', '\ufffd', '\ufffd'],
    ['t', 12, '12'],
    ['t', true, 'true'],
    ['odd "näme".', 'ö', 'ö'],
    ['x', '', new Uint8Array()],
    ['x', 'AAEC/w==', new Uint8Array([0, 1, 2, 255])],
    ['x', 'AAEC', new Uint8Array([0, 1, 2])],
    ['day', '2024-02-29', 19782],
    ['day', '0001-01-01', -719162],
    ['day', '9999-12-31', 2932896],
    ['ts', '2026-11-20 10:00:00', micros('2026-11-20T10:00:00Z')],
    ['ts', '1969-12-31 23:59:59.999999', -1n],
    ['tz', '2026-11-20 10:00:00.123456+00', micros('2026-11-20T10:00:00Z') + 123456n],
    ['tz', '0001-01-01 00:00:00+00', micros('0001-01-01T00:00:00Z')],
    ['tz', '9999-12-31 23:59:59.5+00', micros('9999-12-31T23:59:59.5Z')],
    ['tz', '2026-11-20 10:00:00+05:30', micros('2026-11-20T04:30:00Z')],
    ['ms', '1969-12-31 23:59:59.9996+00', -1000n],
    ['ms', '2026-11-20 10:00:00.123999+00', micros('2026-11-20T10:00:00.123Z')],
  ])('%s %p', async (name, value, expected) => {
    const { stored, dirty, sha256 } = await one(name, value);
    expect(dirty).toEqual([]);
    expect(stored).toEqual(expected);
    const { file } = await encode([{ ...EMPTY, [name]: value }], spaced);
    expect(file.sha256).toBe(sha256);
  });

  test.each<[string, WireValue, string]>([
    ['b', 1, 'is not a boolean'],
    ['i', 2147483648, 'is out of the range of INT32'],
    ['i', 1.5, 'is not an integer'],
    ['l', '9223372036854775808', 'is out of the range of INT64'],
    ['l', '-9223372036854775809', 'is out of the range of INT64'],
    ['l', 9007199254740992, 'is an integer written inexactly'],
    ['l', 'seven', 'is not an integer'],
    ['f', 1e39, 'is out of the range of FLOAT'],
    ['d', 'one', 'is not a number'],
    ['n', 'NaN', 'is not a decimal that a file can hold'],
    ['n', '0.1234567891', 'has more than 9 digits behind the point'],
    ['t', 'a\ud800b', 'is not valid UTF-8'],
    ['l', '\udfff', 'is not valid UTF-8'],
    ['m', '10000000.00', 'needs more than 9 digits'],
    ['x', 'A===', 'is not base64'],
    ['x', 'A=AA', 'is not base64'],
    ['day', '0044-03-15 BC', 'lies before the year 1'],
    ['day', 'infinity', 'infinity has no place in the type'],
    ['day', '2026-02-29', 'is not a day of the calendar'],
    ['ts', '-infinity', '-infinity has no place in the type'],
    ['tz', '0044-03-15 00:00:00+00 BC', 'lies before the year 1'],
    ['tz', '2026-11-20 25:00:00+00', 'is not a time of the day'],
  ])('%s %p is dirty', async (name, value, reason) => {
    const row = {
      ...{ prefix: 'all', identity: ['0/1A2B3C8', '0/1A2B300', 0] },
      ...{ op: 'c', at: '2026-11-20T10:00:00.123456Z' },
    };
    for (const format of [(l: string) => l, spaced]) {
      const { result, file } = await encode([{ ...EMPTY, [name]: value }], format);
      const { dirty } = result;
      expect(file.dirty).toBe(1);
      const shown = String(value).toWellFormed();
      expect(dirty).toEqual([{ ...row, column: name, reason, value: shown }]);
    }
  });

  test.each(['-0', '-0.0', '-0.00e0'])('keeps the sign of %s', async (zero) => {
    const { read } = await roundTrip([{ ...EMPTY, d: 77 }], (l) => l.replace('77', zero));
    expect(read[0]?.[4]).toBe(-0);
  });

  const NUMBERS = ['-0', '1e+20', '1e-07', '1.5e+300', '123456789012345678901', '0.10', '-2', '0'];

  test.each(NUMBERS)('writes a number as its own text: %s', async (number) => {
    for (const format of [(l: string) => l, spaced]) {
      const { read, result } = await roundTrip([{ ...EMPTY, d: 0, t: 4711 }], (l) =>
        format(l.replace('4711', number)),
      );
      expect(read[0]?.[7]).toBe(number);
      expect(result.counts.fallback).toBe(format === spaced ? 1 : 0);
      expect(result.dirty).toEqual([]);
    }
  });

  test('writes a number of a deleted row as its own text', async () => {
    const lane = new Lane(spec({ deletes: 'flag' }), FROM_START);
    const deleted = line(undefined, 0, { op: 'd' }).replace('"t":"a}\\""', '"t":1e+20');
    await append(lane, [deleted]);
    const { chunks } = await lane.seal('all');
    expect(await queryParquet(chunks, 'SELECT t FROM $file')).toEqual([['1e+20']]);
  });

  test.each([(l: string) => l, spaced, (l: string) => l.replace('bad', '\\tbad')])(
    'has null for a text that is not UTF-8 (%#)',
    async (format) => {
      const lane = new Lane(spec(), FROM_START);
      // A replacement character that was written as such is no damage.
      const row = { ...EMPTY, t: 'bad\u0001', l: 5, 'odd "näme".': 'a\ufffd' };
      const value = Buffer.from(format(line(row, 0)), 'utf8');
      value[value.indexOf('bad') + 1] = 0xff;
      const packed = new RecordBuffers().pack([{ offset: 0n, value }]);
      const { dirty } = await lane.append(new Uint8Array(packed.buffer), packed.records);
      expect(dirty).toMatchObject([{ column: 't', reason: 'is not valid UTF-8' }]);
      const { chunks } = await lane.seal('all');
      expect(await queryParquet(chunks, `SELECT t, l, "odd ""näme""." FROM $file`)).toEqual([
        [null, 5n, 'a\ufffd'],
      ]);
    },
  );

  it('holds a text of 1 MB', async () => {
    const text = 'x😀'.repeat(200_000);
    expect((await one('t', text)).stored === text).toBe(true);
  });

  it('leaves null where a value is dirty', async () => {
    expect((await one('l', 'seven')).stored).toBeNull();
  });

  it('cuts a dirty value at 1 KiB between characters', async () => {
    const { dirty } = await one('l', '😀'.repeat(1000));
    expect(dirty[0]?.value).toBe('😀'.repeat(256));
  });

  it('reads alike by scanner and by parser, whatever the values', async () => {
    const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    const wire64 = int64.map((v) => (Number.isSafeInteger(Number(v)) ? Number(v) : String(v)));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.string({ unit: 'grapheme' }),
    );
    const double = fc.double({ noDefaultInfinity: true, noNaN: true });
    const date = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((d) => d.toISOString());
    const decimal = fc
      .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.integer({ min: 0, max: 11 }))
      .map(([v, point]) =>
        point === 0 ? `${v}` : `${v}.${String(v).slice(-point).replace('-', '1')}`,
      );
    const anything = fc.oneof(text, double, fc.boolean(), wire64, decimal);
    const nullable = (arb: fc.Arbitrary<WireValue>) =>
      fc.oneof({ weight: 8, arbitrary: arb }, fc.constant(null), anything);
    const row = fc.record({
      b: nullable(fc.boolean()),
      i: nullable(fc.integer()),
      l: nullable(wire64),
      f: nullable(fc.float({ noNaN: true, noDefaultInfinity: true })),
      d: nullable(fc.oneof(double, fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0'))),
      n: nullable(decimal),
      m: nullable(decimal),
      t: nullable(fc.oneof(text, double)),
      x: nullable(fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))),
      day: nullable(date.map((d) => d.slice(0, 10))),
      ts: nullable(date.map((d) => d.slice(0, -1).replace('T', ' '))),
      tz: nullable(date.map((d) => `${d.slice(0, -1).replace('T', ' ')}+00`)),
      ms: nullable(date.map((d) => `${d.slice(0, -5).replace('T', ' ')}+00`)),
      'odd "näme".': nullable(text),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        // Numbers in the place of text, as PostgreSQL writes them and JavaScript does not.
        const respelled = (l: string) =>
          l.replace(/(?<!\\)("t":)0,/, '$1-0,').replace(/(?<!\\)("t":-?[\d.]+)e\+/, '$1e+0');
        const fast = await roundTrip(rows, respelled);
        const slow = await encode(rows, (l) => spaced(respelled(l)));
        expect(fast.result.counts.fallback).toBe(0);
        expect(slow.result.counts.fallback).toBe(rows.length);
        expect(fast.result.dirty).toEqual(slow.result.dirty);
        expect(fast.file.sha256).toBe(slow.file.sha256);
        rows.forEach(({ t, d }, index) => {
          if (typeof t === 'string') {
            expect(fast.read[index]?.[7]).toBe(Buffer.from(t).toString());
          }
          if (typeof d === 'number') expect(fast.read[index]?.[4]).toBe(d === 0 ? 0 : d);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('writes the logical types, the UTC flag, statistics and its name', async () => {
    const { file } = await roundTrip(
      [{ ...EMPTY, l: 5, tz: '2026-11-20 10:00:00+00' }, EMPTY],
      String,
    );
    const types = await queryParquet(
      file.chunks,
      'SELECT name, type, logical_type FROM parquet_schema($file) OFFSET 1',
    );
    const text = types.map((row) => row.join(' '));
    expect(text[5]).toMatch(/^n FIXED_LEN_BYTE_ARRAY DecimalType\(scale=9, precision=38\)/);
    expect(text[6]).toMatch(/^m INT32 DecimalType\(scale=2, precision=9\)/);
    expect(text[7]).toMatch(/^t BYTE_ARRAY StringType/);
    expect(text[9]).toMatch(/^day INT32 DateType/);
    expect(text[10]).toMatch(/^ts INT64 TimestampType\(isAdjustedToUTC=0.*MicroSeconds/);
    expect(text[11]).toMatch(/^tz INT64 TimestampType\(isAdjustedToUTC=1.*MicroSeconds/);
    expect(text[12]).toMatch(/^ms INT64 TimestampType\(isAdjustedToUTC=1.*MilliSeconds/);
    const statistics = await queryParquet(
      file.chunks,
      `SELECT stats_min_value, stats_max_value, stats_null_count, compression
       FROM parquet_metadata($file) WHERE path_in_schema = 'l'`,
    );
    expect(statistics).toEqual([['5', '5', 1n, 'SNAPPY']]);
    const creator = await queryParquet(
      file.chunks,
      'SELECT created_by FROM parquet_file_metadata($file)',
    );
    expect(creator[0]?.[0]).toMatch(/^lakeferry version /);
  });
});

describe('row groups', () => {
  it('encodes a row group when it is full and keeps every row', async () => {
    const lane = new Lane(spec({ rowGroupBytesTarget: 20_000 }), FROM_START);
    for (let record = 0; record < 8; record += 1) {
      const rows = Array.from({ length: 100 }, (_, k) => record * 100 + k);
      await append(
        lane,
        rows.map((l) => line({ ...EMPTY, l, t: `row ${l} ${'x'.repeat(l % 90)}` }, l)),
        BigInt(record),
      );
    }
    const file = await lane.seal('all');
    const [[count, distinct, texts] = []] = await queryParquet(
      file.chunks,
      `SELECT count(*), count(DISTINCT l), count(*) FILTER (t = 'row ' || l || ' ' || repeat('x', l % 90)) FROM $file`,
    );
    expect([count, distinct, texts]).toEqual([800n, 800n, 800n]);
    const groups = await queryParquet(
      file.chunks,
      'SELECT count(DISTINCT row_group_id) FROM parquet_metadata($file)',
    );
    expect(Number(groups[0]?.[0])).toBeGreaterThan(3);
    expect(file.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(file.bytes);
  });

  test.each(['NONE', 'SNAPPY', 'GZIP', 'ZSTD', 'LZ4'] as const)('reads %s back', async (codec) => {
    const lane = new Lane(spec({ codec }), FROM_START);
    await append(lane, [line({ ...EMPTY, t: 'a' }, 0), line({ ...EMPTY, t: 'b' }, 1)]);
    const { chunks } = await lane.seal('all');
    expect(await queryParquet(chunks, 'SELECT t FROM $file')).toEqual([['a'], ['b']]);
  });

  test.each([
    ['l', 'PLAIN_DICTIONARY'],
    ['l', 'DELTA_BINARY_PACKED'],
    ['tz', 'DELTA_BINARY_PACKED'],
    ['t', 'PLAIN_DICTIONARY'],
    ['t', 'DELTA_BYTE_ARRAY'],
    ['t', 'DELTA_LENGTH_BYTE_ARRAY'],
  ] as const)('encodes %s as %s', async (name, encode) => {
    const schema = SCHEMA.map((c) => (c.columnName === name ? { ...c, encode } : c));
    const lane = new Lane(spec({ schema }), FROM_START);
    const value = name === 't' ? 'value' : name === 'l' ? 7 : '2026-11-20 10:00:00+00';
    await append(lane, [line({ ...EMPTY, [name]: value }, 0), line(EMPTY, 1)]);
    const { chunks } = await lane.seal('all');
    const read = await queryParquet(chunks, `SELECT ${name} IS NULL FROM $file`);
    expect(read).toEqual([[false], [true]]);
  });
});

describe('wide rows and columns delivered twice', () => {
  it('reads 90 columns, one of them three times', async () => {
    const wide = Array.from({ length: 90 }, (_, k) => column(`c${k}`, 'INT64', 'int8'));
    const schema = [
      { ...column('c5', 'UTF8', 'int8'), ossColumnName: 'as_text' },
      ...wide,
      { ...column('c5', 'DOUBLE', 'int8'), ossColumnName: 'as_double' },
    ];
    const names = ['c5', ...wide.map((c) => c.columnName).filter((name) => name !== 'c5')];
    const lane = new Lane(spec({ schema }), FROM_START);
    const row = Object.fromEntries(names.map((name) => [name, Number(name.slice(1)) * 3]));
    const { counts } = await append(lane, [line(row, 0)]);
    expect(counts.fallback).toBe(0);
    const { chunks } = await lane.seal('all');
    expect(await queryParquet(chunks, 'SELECT as_text, c89, as_double FROM $file')).toEqual([
      ['15', 267n, 15],
    ]);
  });
});

describe('partitions', () => {
  const event = { columnName: 'tz', sourceType: 'timestamptz' };
  const rowAt = (l: number, tz: WireValue) => ({ ...EMPTY, l, tz });

  it('puts every row under the prefix of its event time, also when they alternate', async () => {
    const lane = new Lane(spec({ prefix: 'd=$dd', eventTimeColumn: event }), FROM_START);
    const days = [1, 2, 1, 3, 3, 2, 1, 5, 1];
    const rows = days.map((day, l) => rowAt(l, `2026-11-0${day} 10:00:00+00`));
    const result = await append(
      lane,
      rows.map((row, index) => (index % 4 === 3 ? spaced(line(row, index)) : line(row, index))),
    );
    expect(result.opened).toEqual(['d=01', 'd=02', 'd=03', 'd=05']);
    for (const { prefix, rows: count } of result.files) {
      const { chunks, rows: sealed } = await lane.seal(prefix);
      const read = await queryParquet(chunks, 'SELECT l FROM $file');
      const expected = days.flatMap((day, l) => (prefix === `d=0${day}` ? [[BigInt(l)]] : []));
      expect(read).toEqual(expected);
      expect([count, sealed]).toEqual([expected.length, expected.length]);
    }
  });

  it('falls back to the commit time, and says so', async () => {
    const lane = new Lane(spec({ prefix: 'd=$dd', eventTimeColumn: event }), FROM_START);
    const lines = [line(rowAt(1, null), 0), spaced(line(rowAt(2, 'infinity'), 1))];
    const { dirty, files } = await append(lane, lines);
    expect(files).toMatchObject([{ prefix: 'd=20', rows: 2, dirty: 3 }]);
    expect(dirty.map(({ reason }) => reason).sort()).toEqual([
      'infinity has no place in the type',
      'the event time infinity has no place in the type',
      'the event time is null',
    ]);
  });

  it('reads an event time that is not delivered', async () => {
    const schema = [column('l', 'INT64', 'int8')];
    const eventTimeColumn = {
      columnName: 'seen',
      sourceType: 'text',
      timeFormat: 'RFC1123',
    } as const;
    const lane = new Lane(spec({ schema, prefix: '$yyyy', eventTimeColumn }), FROM_START);
    const lines = [line({ l: 1, seen: 'Sun, 06 Nov 1994 08:49:37 GMT' }, 0)];
    const { files, counts } = await append(lane, lines);
    expect(files).toMatchObject([{ prefix: '1994', rows: 1 }]);
    expect(counts.fallback).toBe(0);
  });
});

describe('identity', () => {
  const id = (commit: string, index: number): IdentityJson => [commit, '0/10', index];
  const at = (lsn: string, index: number, o: LineOptions = {}) =>
    line(o.op === 'd' ? undefined : { ...EMPTY, l: index }, index, {
      lsn,
      change: ['0/10', index],
      ...o,
    });

  it('skips what is in files, keeps the rest and counts it', async () => {
    const lane = new Lane(spec({ prefix: 'd=$dd' }), {
      phase: 'rows',
      before: id('0/100', 1),
      sealed: [['d=20', id('0/200', 5)]],
      commitLsnMin: 0x100n,
      commitLsnMax: 0x300n,
    });
    const other = { at: '2026-11-21T10:00:00.123456Z' };
    const { counts, files, last } = await append(
      lane,
      [
        at('0/100', 0),
        at('0/100', 1),
        at('0/100', 2),
        at('0/200', 5, other),
        at('0/200', 6),
        at('0/201', 7, { op: 'd' }),
        spaced(at('0/202', 8, { op: 'd' })),
        at('0/300', 9),
        at('0/301', 10),
      ],
      41n,
    );
    expect(counts).toMatchObject({
      mutations: 9,
      duplicates: 3,
      delivered: 3,
      deletes: 2,
      outside: 1,
    });
    expect(files).toMatchObject([
      { prefix: 'd=21', rows: 1, first: id('0/200', 5), before: id('0/100', 1), firstOffset: 41n },
      { prefix: 'd=20', rows: 2, first: id('0/200', 6), last: id('0/300', 9) },
    ]);
    expect(last).toEqual(id('0/301', 10));
  });

  it('drops what was committed before C, and takes C itself', async () => {
    const lane = new Lane(spec(), { ...FROM_START, commitLsnMin: 0x1_0000_0000n });
    const { counts } = await append(lane, [at('0/FFFFFFFF', 0), at('1/0', 1), at('1/1', 2)]);
    expect(counts).toMatchObject({ outside: 1, delivered: 2 });
  });

  test.each([
    ['the same again', '0/200', 5],
    ['a lower index', '0/200', 4],
    ['a lower commit', '0/1FF', 9],
  ])('%s violates the order and stops the lane', async (_, lsn, index) => {
    const lane = new Lane(spec(), FROM_START);
    await append(lane, [at('0/200', 5)]);
    await expect(append(lane, [at(lsn, index)])).rejects.toMatchObject({ code: 'ORDER_VIOLATION' });
    await expect(append(lane, [at('0/900', 1)])).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    await expect(lane.seal('all')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
  });

  it('skips nothing more as a duplicate once something new has come', async () => {
    const lane = new Lane(spec(), { ...FROM_START, before: id('0/100', 1) });
    await append(lane, [at('0/100', 1), at('0/200', 5)]);
    const again = append(lane, [at('0/100', 1)]);
    await expect(again).rejects.toMatchObject({ code: 'ORDER_VIOLATION' });
  });

  it('orders rows of the base scan by block and tuple', async () => {
    const lane = new Lane(spec(), { phase: 'base', before: [7, 2], sealed: [] });
    const base = (block: number, tuple: number) =>
      line({ ...EMPTY, l: tuple }, 0, { op: 'r' }).replace(
        '"change":["0/1A2B300",0]',
        `"page":[${block},${tuple}]`,
      );
    const { counts, files } = await append(lane, [base(7, 2), base(7, 3), spaced(base(9, 1))]);
    expect(counts).toMatchObject({ duplicates: 1, delivered: 2, fallback: 1 });
    expect(files).toMatchObject([{ first: [7, 3], last: [9, 1], before: [7, 2] }]);
    await expect(append(lane, [base(8, 1)])).rejects.toMatchObject({ code: 'ORDER_VIOLATION' });
  });

  test.each([
    ['no JSON', '{"op":"c",'],
    ['another operation', line(EMPTY, 0).replace('"op":"c"', '"op":"x"')],
    ['a row of the base scan', line(EMPTY, 0, { op: 'r' })],
    ['no row', line(undefined, 0)],
    ['a nested value', line(EMPTY, 0).replace('"l":null', '"l":[1]')],
  ])('%s is a violation of the contract', async (_, text) => {
    const lane = new Lane(spec(), FROM_START);
    await expect(append(lane, [text])).rejects.toMatchObject({ code: 'CONTRACT_VIOLATION' });
  });

  it('counts unchanged columns and takes a missing column for null', async () => {
    const lane = new Lane(spec(), FROM_START);
    const named = line({ ...EMPTY, l: 1 }, 0).replace(
      /}$/,
      ',"unchanged":["t","odd \\"näme\\"."]}',
    );
    const { counts } = await append(lane, [named, line({ l: 2 }, 1)]);
    expect(counts).toMatchObject({ delivered: 2, unchanged: 2, fallback: 1 });
  });

  it('goes on with another schema once its files are sealed', async () => {
    const lane = new Lane(spec(), FROM_START);
    await append(lane, [at('0/200', 5)]);
    const next = spec({ schema: [column('l', 'UTF8', 'int8')] });
    expect(() => lane.reconfigure(next)).toThrow('open files');
    await lane.discard();
    lane.reconfigure(next);
    await append(lane, [line({ l: 9 }, 0, { lsn: '0/201' })]);
    const { chunks } = await lane.seal('all');
    expect(await queryParquet(chunks)).toEqual([['9']]);
    await expect(append(lane, [at('0/200', 5)])).rejects.toMatchObject({ code: 'ORDER_VIOLATION' });
  });
});

import { beforeAll, describe, expect, it, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { sourceColumnsOf, type DeliveryColumn } from '@lakeferry/contracts';
import { Lane } from '../lane/lane.js';
import { RecordBuffers } from '../record-buffers.js';
import type { DirtyField } from '../lane/lane-spec.js';
import { queryParquet, type ReadValue } from '../testing/index.js';

// Native readers and threads start slowly on a busy machine.
jest.setTimeout(60_000);

const column = (
  name: string,
  type: DeliveryColumn['type'],
  sourceType: string,
  elements?: DeliveryColumn['elements'],
): DeliveryColumn => ({
  ...{ columnName: name, ossColumnName: name, type, encode: 'PLAIN', sourceType },
  ...(elements !== undefined && { elements }),
});

const UTF8 = { type: 'UTF8' } as const;
const MONEY = { type: 'DECIMAL', precision: 20, scale: 2 } as const;

const SCHEMA = [
  column('tus', 'TIME_MICROS', 'time'),
  column('tms', 'TIME_MILLIS', 'time'),
  column('iv', 'INTERVAL', 'interval'),
  column('i96', 'INT96', 'timestamptz'),
  column('ints', 'LIST', '_int8', [{ type: 'INT64' }]),
  column('small', 'LIST', '_int4', [{ type: 'INT32' }]),
  column('texts', 'LIST', '_text', [UTF8]),
  column('flags', 'LIST', '_bool', [{ type: 'BOOL' }]),
  column('nums', 'LIST', '_numeric', [MONEY]),
  column('blobs', 'LIST', '_bytea', [{ type: 'BINARY' }]),
  column('dates', 'LIST', '_date', [{ type: 'DATE' }]),
  column('times', 'LIST', '_timestamptz', [{ type: 'TIMESTAMP_MICROS' }]),
  column('floats', 'LIST', '_float8', [{ type: 'DOUBLE' }]),
  column('boxes', 'LIST', '_box', [UTF8]),
  column('doc', 'MAP', 'jsonb', [UTF8, UTF8]),
  column('counts', 'MAP', 'json', [UTF8, { type: 'INT64' }]),
  column('tags', 'MAP', 'hstore', [UTF8, UTF8]),
  column('after', 'UTF8', 'text'),
];
const EMPTY = Object.fromEntries(SCHEMA.map(({ columnName }) => [columnName, null]));
type Row = Readonly<Record<string, string | number | null>>;

function line(row: Row, index: number): string {
  return JSON.stringify({
    ...{ op: 'c', table: 'public.t', lsn: '0/1A2B3C8', at: '2026-11-20T10:00:00.123456Z' },
    ...{ change: ['0/1A2B300', index], key: { id: index } },
    row: Object.fromEntries(sourceColumnsOf(SCHEMA).map((name) => [name, row[name] ?? null])),
  });
}

/** The same line in another layout, so that only the JSON parser reads it. */
const spaced = (text: string) => text.replace('"op":', '"op": ');
const asIs = (text: string) => text;

async function encode(rows: readonly Row[], format: (line: string) => string) {
  const lane = new Lane(
    { schema: SCHEMA, prefix: 'all', timeZone: 'UTC' },
    { phase: 'rows', before: null, sealed: [] },
  );
  const value = Buffer.from(rows.map((row, index) => format(line(row, index))).join('\n'));
  const packed = new RecordBuffers().pack([{ offset: 0n, value }]);
  const result = await lane.append(new Uint8Array(packed.buffer), packed.records);
  return { result, file: await lane.seal('all') };
}

/** Column, value, and what DuckDB reads, as text. */
const FITTING: readonly (readonly [string, string, string])[] = [
  ['tus', '00:00:00', '00:00:00'],
  ['tus', '23:59:59.999999', '23:59:59.999999'],
  ['tms', '23:59:59.999999', '23:59:59.999'],
  ['tms', '12:34:56.7', '12:34:56.7'],
  ['iv', '00:00:00', '00:00:00'],
  ['iv', '1 year 2 mons 3 days 04:05:06.789', '1 year 2 months 3 days 04:05:06.789'],
  ['iv', '178956970 years 7 mons', '178956970 years 7 months'],
  ['iv', '596:31:23.647', '596:31:23.647'],
  ['i96', '2026-11-20 10:00:00.123456+00', '2026-11-20 10:00:00.123456'],
  ['i96', '1969-12-31 23:59:59.999999+00', '1969-12-31 23:59:59.999999'],
  ['i96', '0001-01-01 00:00:00+00', '0001-01-01 00:00:00'],
  ['i96', '9999-12-31 23:59:59.999999+00', '9999-12-31 23:59:59.999999'],
  ['i96', '2026-11-20 00:30:00+05:30', '2026-11-19 19:00:00'],
  ['ints', '{}', '[]'],
  [
    'ints',
    '{1,NULL,-9223372036854775808,9223372036854775807,0}',
    '[1, NULL, -9223372036854775808, 9223372036854775807, 0]',
  ],
  ['ints', '[0:2]={1,2,3}', '[1, 2, 3]'],
  ['small', '{2147483647,-2147483648}', '[2147483647, -2147483648]'],
  ['flags', '{t,f,NULL}', '[true, false, NULL]'],
  ['nums', '{123456789012345678.90,-0.01,5}', '[123456789012345678.90, -0.01, 5.00]'],
  ['dates', '{0001-01-01,9999-12-31}', '[0001-01-01, 9999-12-31]'],
  ['floats', '{0.1,-0,1e+300,NULL}', '[0.1, -0.0, 1e+300, NULL]'],
  ['boxes', '{(1,1),(0,0);(2,2),(1,1)}', "['(1,1),(0,0)', '(2,2),(1,1)']"],
  ['doc', '{}', '{}'],
  [
    'doc',
    '{"a": "x", "b": 12345678901234567890.10, "c": true, "d": null}',
    '{a=x, b=12345678901234567890.10, c=true, d=NULL}',
  ],
  ['counts', ' { "a" : 1 , "b":9223372036854775807,"a":3 } ', '{a=3, b=9223372036854775807}'],
  ['tags', '', '{}'],
  ['tags', '"a"=>"1", "b"=>NULL', '{a=1, b=NULL}'],
];

/** Column, value, and why it does not fit. */
const UNFIT: readonly (readonly [string, string | number, string])[] = [
  ['tus', '24:00:00', 'lies outside the day'],
  ['tus', '23:60:00', 'is not a time of the day'],
  ['tus', '12:00:00+00', 'is not a time'],
  ['tms', 5, 'is not a time'],
  ['iv', '-1 years', 'has negative parts'],
  ['iv', '1 day -00:00:01', 'has negative parts'],
  ['iv', '00:00:00.0001', 'has parts of a millisecond'],
  ['iv', '1193:02:47.296', 'is out of the range of INTERVAL'],
  ['iv', 'infinity', 'infinity has no place in the type'],
  ['iv', '', 'is not an interval'],
  ['i96', 'infinity', 'infinity has no place in the type'],
  ['i96', '0044-03-15 00:00:00+00 BC', 'lies before the year 1'],
  ['ints', '{{1,2},{3,4}}', 'has more than one dimension'],
  ['ints', '[1:1][1:2]={{1,2}}', 'has more than one dimension'],
  ['ints', '{1,9223372036854775808}', 'element 2 is out of the range of INT64'],
  ['ints', '{1,2', 'is not an array'],
  ['ints', '{1,}', 'is not an array'],
  ['ints', '{1} ', 'is not an array'],
  ['ints', 7, 'is not an array'],
  ['small', '{2147483648}', 'element 1 is out of the range of INT32'],
  ['nums', '{1.00,NaN}', 'element 2 is not a decimal that a file can hold'],
  ['times', '{infinity}', 'element 1 infinity has no place in the type'],
  ['blobs', '{abcd}', 'element 1 is not bytes in hexadecimal'],
  ['doc', '[1]', 'is not an object'],
  ['doc', 'null', 'is not an object'],
  ['doc', '{"a": 1} x', 'is not an object'],
  ['doc', '{"a": {}}', 'has a value that is no scalar'],
  ['doc', '{"a": [1]}', 'has a value that is no scalar'],
  ['doc', '{"a": "\\ud800"}', 'entry "a" is not valid UTF-8'],
  ['counts', '{"a": 1.5}', 'entry "a" is not an integer'],
  ['counts', '{"a": 1, "b": 9223372036854775808}', 'entry "b" is out of the range of INT64'],
  ['tags', 'a=>1', 'is not an hstore'],
];

/** A row per value, with a value behind the column in question. */
const rowsOf = (values: readonly (readonly [string, string | number, string])[]) =>
  values.map(([name, value]) => ({ ...EMPTY, [name]: value, after: 'z' }));

describe('values of times, intervals, lists and maps', () => {
  describe('that fit', () => {
    let texts: ReadValue[][];

    beforeAll(async () => {
      const { result, file } = await encode(rowsOf(FITTING), asIs);
      expect(result.dirty).toEqual([]);
      const slow = await encode(rowsOf(FITTING), spaced);
      expect(slow.file.sha256).toBe(file.sha256);
      const columns = SCHEMA.map(({ columnName }) => `CAST("${columnName}" AS VARCHAR)`);
      texts = await queryParquet(file.chunks, `SELECT ${columns.join(', ')} FROM $file`);
    });

    test.each(FITTING.map((entry, at) => [...entry, at] as const))('%s %s', (...entry) => {
      const [name, , expected, at] = entry;
      const wanted: Readonly<Record<string, string>> = { [name]: expected, after: 'z' };
      expect(texts[at]).toEqual(SCHEMA.map(({ columnName }) => wanted[columnName] ?? null));
    });
  });

  describe.each([
    ['scanner', asIs],
    ['parser', spaced],
  ] as const)('that do not fit, by the %s', (_, format) => {
    let dirty: readonly DirtyField[];
    let read: ReadValue[][];

    beforeAll(async () => {
      const { result, file } = await encode(rowsOf(UNFIT), format);
      ({ dirty } = result);
      read = await queryParquet(file.chunks, 'SELECT COLUMNS(*) IS NULL FROM $file');
    });

    test.each(UNFIT.map((entry, at) => [...entry, at] as const))('%s %s', (...entry) => {
      const [column, value, reason, at] = entry;
      expect(dirty[at]).toMatchObject({ column, reason, value: String(value) });
      expect(read[at]).toEqual(SCHEMA.map(({ columnName }) => columnName !== 'after'));
    });
  });

  it('keeps every text of an array and of a map', async () => {
    const odd = [
      '',
      ' ',
      'NULL',
      'null',
      'a,b',
      '{}',
      '"',
      '\\',
      '\\"',
      'ü😀',
      '\t\n',
      "'",
      'x=>y',
    ];
    const array = `{${odd.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')},NULL}`;
    const store = odd.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"=>"${odd.indexOf(text)}"`);
    const row = {
      ...EMPTY,
      texts: array,
      doc: JSON.stringify(Object.fromEntries(odd.map((text, at) => [text, String(at)]))),
      tags: store.join(', '),
    };
    const { result, file } = await encode([row], asIs);
    expect(result.dirty).toEqual([]);
    const sql = `SELECT CAST(to_json(texts) AS VARCHAR), CAST(to_json(map_keys(doc)) AS VARCHAR),
      CAST(to_json(map_keys(tags)) AS VARCHAR), CAST(to_json(map_values(tags)) AS VARCHAR) FROM $file`;
    const [read = []] = await queryParquet(file.chunks, sql);
    const [texts, keys, stored, numbers] = read.map((text) => JSON.parse(String(text)) as unknown);
    expect(texts).toEqual([...odd, null]);
    expect(keys).toEqual(odd);
    expect(stored).toEqual(odd);
    expect(numbers).toEqual(odd.map((_, at) => String(at)));
  });

  it('keeps bytes and instants in lists', async () => {
    const row = {
      ...EMPTY,
      blobs: '{"\\\\x00ff","\\\\x",NULL}',
      times: '{"2026-11-20 10:00:00.123456+00",NULL}',
    };
    const { result, file } = await encode([row], asIs);
    expect(result.dirty).toEqual([]);
    const sql = `SELECT hex(blobs[1]), hex(blobs[2]), blobs[3] IS NULL, len(blobs), times[1], typeof(times) FROM $file`;
    expect(await queryParquet(file.chunks, sql)).toEqual([
      ['00FF', '', true, 3n, 1795168800123456n, 'TIMESTAMP WITH TIME ZONE[]'],
    ]);
  });

  it('reads alike by scanner and by parser, whatever the values', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.string({ unit: 'grapheme' }),
    );
    const quoted = text.map((t) => `"${t.replaceAll('\0', '').replace(/[\\"]/g, '\\$&')}"`);
    const array = (element: fc.Arbitrary<string>) =>
      fc
        .array(fc.oneof({ weight: 5, arbitrary: element }, fc.constant('NULL')))
        .map((e) => `{${e}}`);
    const digits = fc.bigInt(-(2n ** 64n), 2n ** 64n).map(String);
    const clock = fc
      .tuple(fc.nat(24), fc.nat(59), fc.nat(59), fc.nat(999_999))
      .map(([h, m, s, micros]) => {
        const [hour, minute, second] = [h, m, s].map((part) => String(part).padStart(2, '0'));
        const fraction = String(micros).padStart(6, '0').replace(/0+$/, '');
        return `${hour}:${minute}:${second}${fraction === '' ? '' : `.${fraction}`}`;
      });
    const instant = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => `${date.toISOString().slice(0, -1).replace('T', ' ')}+00`);
    const object = fc
      .dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)))
      .map((o) => JSON.stringify(o));
    const nullable = (arb: fc.Arbitrary<string>) =>
      fc.oneof({ weight: 8, arbitrary: arb }, fc.constant(null), text, fc.json(), fc.integer());
    const row = fc.record({
      ...{ tus: nullable(clock), tms: nullable(clock), i96: nullable(instant) },
      iv: nullable(fc.tuple(fc.nat(9), clock).map(([days, c]) => `${days} days ${c}`)),
      ...{ ints: nullable(array(digits)), small: nullable(array(digits)) },
      ...{ texts: nullable(array(quoted)), flags: nullable(array(fc.constantFrom('t', 'f'))) },
      ...{ nums: nullable(array(digits)), floats: nullable(array(fc.double().map(String))) },
      blobs: nullable(
        array(fc.uint8Array().map((b) => `"\\\\x${Buffer.from(b).toString('hex')}"`)),
      ),
      dates: nullable(array(instant.map((t) => t.slice(0, 10)))),
      times: nullable(array(instant.map((t) => `"${t}"`))),
      ...{ boxes: nullable(text), doc: nullable(object), counts: nullable(object) },
      ...{ tags: nullable(quoted.map((t) => `${t}=>${t}`)), after: nullable(text) },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const fast = await encode(rows, asIs);
        const slow = await encode(rows, spaced);
        expect(fast.result.counts.fallback).toBe(0);
        expect(slow.result.counts.fallback).toBe(rows.length);
        expect(fast.result.dirty).toEqual(slow.result.dirty);
        expect(fast.file.sha256).toBe(slow.file.sha256);
        const [[count] = []] = await queryParquet(fast.file.chunks, 'SELECT count(*) FROM $file');
        expect(count).toBe(BigInt(rows.length));
      }),
      { numRuns: 20 },
    );
  });

  it('has the types that the format defines, and no lowest or highest value without an order', async () => {
    const row = { ...EMPTY, iv: '1 day', i96: '2026-11-20 10:00:00+00', tus: '10:00:00' };
    const { file } = await encode([row, EMPTY], asIs);
    const schema = await queryParquet(
      file.chunks,
      `SELECT name, type, type_length, converted_type, logical_type FROM parquet_schema($file) OFFSET 1`,
    );
    const shown = schema.map((fields) => fields.map((field) => field ?? '').join(' '));
    expect(shown[0]).toMatch(/^tus INT64 {2}TIME_MICROS TimeType\(isAdjustedToUTC=0.*MicroSeconds/);
    expect(shown[1]).toMatch(/^tms INT32 {2}TIME_MILLIS TimeType\(isAdjustedToUTC=0.*MilliSeconds/);
    expect(shown[2]).toBe('iv FIXED_LEN_BYTE_ARRAY 12 INTERVAL ');
    expect(shown[3]).toBe('i96 INT96   ');
    expect(shown.slice(4, 7)).toEqual(['ints   LIST ListType()', 'list    ', 'element INT64   ']);
    const map = shown.indexOf('doc   MAP MapType()');
    expect(shown.slice(map + 1, map + 4)).toEqual([
      ...[
        'key_value    ',
        'key BYTE_ARRAY  UTF8 StringType()',
        'value BYTE_ARRAY  UTF8 StringType()',
      ],
    ]);
    const statistics = await queryParquet(
      file.chunks,
      `SELECT path_in_schema, type, stats_min_value, stats_null_count FROM parquet_metadata($file)
       WHERE path_in_schema IN ('iv', 'i96', 'tus')`,
    );
    expect(statistics).toEqual([
      ['tus', 'INT64', '10:00:00', 1n],
      ['iv', 'FIXED_LEN_BYTE_ARRAY', null, 1n],
      ['i96', 'INT96', null, 1n],
    ]);
  });
});

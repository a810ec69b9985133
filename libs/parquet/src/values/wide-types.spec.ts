import { describe, expect, jest, test } from '@jest/globals';
import { sourceColumnsOf, type DeliveryColumn } from '@lakeferry/contracts';
import { Lane } from '../lane/lane.js';
import { RecordBuffers } from '../record-buffers.js';
import { queryParquet } from '../testing/index.js';

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

/** What DuckDB reads in one column, as text. */
async function read(rows: readonly Row[], name: string) {
  const { result, file } = await encode(rows, asIs);
  const found = await queryParquet(file.chunks, `SELECT CAST("${name}" AS VARCHAR) FROM $file`);
  return { texts: found.map(([text]) => text), dirty: result.dirty, file };
}

describe('values of times, intervals, lists and maps', () => {
  test.each<[string, string, string]>([
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
    ['ints', '{1,NULL,-9223372036854775808,9223372036854775807,0}', ''],
    ['ints', '[0:2]={1,2,3}', '[1, 2, 3]'],
    ['small', '{2147483647,-2147483648}', '[2147483647, -2147483648]'],
    ['flags', '{t,f,NULL}', '[true, false, NULL]'],
    ['nums', '{123456789012345678.90,-0.01,5}', '[123456789012345678.90, -0.01, 5.00]'],
    ['dates', '{0001-01-01,9999-12-31}', '[0001-01-01, 9999-12-31]'],
    ['floats', '{0.1,-0,1e+300,NULL}', '[0.1, -0.0, 1e+300, NULL]'],
    ['boxes', '{(1,1),(0,0);(2,2),(1,1)}', "['(1,1),(0,0)', '(2,2),(1,1)']"],
    ['doc', '{}', '{}'],
    ['doc', '{"a": "x", "b": 12345678901234567890.10, "c": true, "d": null}', ''],
    ['counts', ' { "a" : 1 , "b":9223372036854775807,"a":3 } ', '{a=3, b=9223372036854775807}'],
    ['tags', '', '{}'],
    ['tags', '"a"=>"1", "b"=>NULL', '{a=1, b=NULL}'],
  ])('%s %s', async (name, value, expected) => {
    const { texts, dirty, file } = await read([{ ...EMPTY, [name]: value, after: 'z' }], name);
    expect(dirty).toEqual([]);
    const same: Record<string, string> = {
      ints: '[1, NULL, -9223372036854775808, 9223372036854775807, 0]',
      doc: '{a=x, b=12345678901234567890.10, c=true, d=NULL}',
    };
    expect(texts).toEqual([expected === '' ? same[name] : expected]);
    const slow = await encode([{ ...EMPTY, [name]: value, after: 'z' }], spaced);
    expect(slow.file.sha256).toBe(file.sha256);
  });
});

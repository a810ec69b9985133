import { describe, expect, it, jest, test } from '@jest/globals';
import { codec, encodingsOf, type ColumnEncoding, type DeliveryColumn } from '@lakeferry/contracts';
import { Lane } from './lane/lane.js';
import type { LaneSpec } from './lane/lane-spec.js';
import { RecordBuffers } from './record-buffers.js';
import { queryParquet, type ReadValue } from './testing/index.js';

// Native readers and threads start slowly on a busy machine.
jest.setTimeout(60_000);

type Shape = Pick<DeliveryColumn, 'type' | 'sourceType'> &
  Partial<Pick<DeliveryColumn, 'precision' | 'scale' | 'elements'>>;

/** A column of each physical type and of each type with pages of its own, and two of its values. */
const SHAPES: readonly (readonly [Shape, unknown, unknown])[] = [
  [{ type: 'BOOL', sourceType: 'bool' }, true, false],
  [{ type: 'INT32', sourceType: 'int4' }, 1, -2147483648],
  [{ type: 'INT64', sourceType: 'int8' }, 1, '-9223372036854775808'],
  [{ type: 'FLOAT', sourceType: 'float4' }, 1.5, -2.5],
  [{ type: 'DOUBLE', sourceType: 'float8' }, 1.5, -2.5],
  [{ type: 'UTF8', sourceType: 'text' }, 'prefix a', 'prefix b'],
  [{ type: 'BINARY', sourceType: 'bytea' }, 'AAEC', 'AAED'],
  [{ type: 'DATE', sourceType: 'date' }, '2026-11-20', '0001-01-01'],
  [{ type: 'TIME_MILLIS', sourceType: 'time' }, '10:00:00', '23:59:59.999'],
  [{ type: 'TIME_MICROS', sourceType: 'time' }, '10:00:00', '23:59:59.999999'],
  [
    { type: 'TIMESTAMP_MILLIS', sourceType: 'timestamp' },
    '2026-11-20 10:00:00',
    '0001-01-01 00:00:00',
  ],
  [
    { type: 'TIMESTAMP_MICROS', sourceType: 'timestamp' },
    '2026-11-20 10:00:00',
    '0001-01-01 00:00:00',
  ],
  [{ type: 'INT96', sourceType: 'timestamp' }, '2026-11-20 10:00:00', '0001-01-01 00:00:00'],
  [{ type: 'INTERVAL', sourceType: 'interval' }, '1 day', '2 mons'],
  [{ type: 'DECIMAL', sourceType: 'numeric', precision: 9, scale: 2 }, '1.5', '-9999999.99'],
  [{ type: 'DECIMAL', sourceType: 'numeric', precision: 18, scale: 2 }, '1.5', '-1234567890.12'],
  [
    { type: 'DECIMAL', sourceType: 'numeric', precision: 38, scale: 2 },
    '1.5',
    '-12345678901234567890.1',
  ],
  [{ type: 'LIST', sourceType: '_int8', elements: [{ type: 'INT64' }] }, '{1,NULL}', '{}'],
  [{ type: 'LIST', sourceType: '_text', elements: [{ type: 'UTF8' }] }, '{ab,ac}', '{ad}'],
  [{ type: 'LIST', sourceType: '_bool', elements: [{ type: 'BOOL' }] }, '{t,f}', '{}'],
  [
    { type: 'MAP', sourceType: 'jsonb', elements: [{ type: 'UTF8' }, { type: 'UTF8' }] },
    '{"a": "x"}',
    '{"a": "y", "b": null}',
  ],
  [
    { type: 'MAP', sourceType: 'jsonb', elements: [{ type: 'UTF8' }, { type: 'INT64' }] },
    '{"a": 1}',
    '{"b": 2}',
  ],
];

/** The name of an encoding in the metadata of a file. */
const NAMES: Readonly<Record<ColumnEncoding, string>> = {
  PLAIN: 'PLAIN',
  // What PLAIN_DICTIONARY is called since version 2 of the format; the dictionary itself is PLAIN.
  PLAIN_DICTIONARY: 'RLE_DICTIONARY',
  DELTA_BINARY_PACKED: 'DELTA_BINARY_PACKED',
  DELTA_BYTE_ARRAY: 'DELTA_BYTE_ARRAY',
  DELTA_LENGTH_BYTE_ARRAY: 'DELTA_LENGTH_BYTE_ARRAY',
};

const CASES = SHAPES.flatMap(([shape, ...values]) =>
  encodingsOf(shape).map((encode) => ({ ...shape, encode, values, of: describeShape(shape) })),
);

function describeShape({ type, precision, elements = [] }: Shape): string {
  return [type, precision, ...elements.map((element) => element.type)].join(' ').trim();
}

async function write(
  shape: Shape,
  more: Partial<LaneSpec> & { encode: ColumnEncoding },
  values: readonly unknown[],
) {
  const { encode, ...spec } = more;
  const column = { columnName: 'c', ossColumnName: 'odd "ü".c', ...shape, encode };
  const lane = new Lane(
    { schema: [column], prefix: 'all', timeZone: 'UTC', ...spec },
    { phase: 'rows', before: null, sealed: [] },
  );
  const lines = values.map((value, index) =>
    JSON.stringify({
      ...{ op: 'c', table: 't', lsn: '0/2', at: '2026-11-20T10:00:00.123456Z' },
      ...{ change: ['0/1', index], row: { c: value } },
    }),
  );
  const packed = new RecordBuffers().pack([{ offset: 0n, value: Buffer.from(lines.join('\n')) }]);
  const { dirty } = await lane.append(new Uint8Array(packed.buffer), packed.records);
  return { dirty, file: await lane.seal('all') };
}

const texts = (file: { readonly chunks: readonly Uint8Array[] }): Promise<ReadValue[][]> =>
  queryParquet(file.chunks, 'SELECT CAST("odd ""ü"".c" AS VARCHAR) FROM $file');

describe('encodings', () => {
  test.each(CASES)('$of as $encode', async ({ values, encode, of, ...shape }) => {
    const rows = [...values, null, ...values];
    const { file, dirty } = await write(shape, { encode }, rows);
    expect(dirty).toEqual([]);
    const metadata = await queryParquet(
      file.chunks,
      'SELECT encodings FROM parquet_metadata($file)',
    );
    expect(metadata.length).toBe(of.startsWith('MAP') ? 2 : 1);
    for (const [encodings] of metadata) {
      const found = String(encodings)
        .split(', ')
        .filter((name) => name !== 'RLE');
      const dictionary = encode === 'PLAIN_DICTIONARY' ? ['PLAIN'] : [];
      expect(found.sort()).toEqual([...dictionary, NAMES[encode]].sort());
    }
    const plain = await write(shape, { encode: 'PLAIN' }, rows);
    expect(await texts(file)).toEqual(await texts(plain.file));
    expect(new Set((await texts(file)).flat()).size).toBe(3);
  });

  it('of flat columns stay their own beside a nested one', async () => {
    const found = await encodingsIn([
      column('plain', {}),
      column('delta', { encode: 'DELTA_BINARY_PACKED' }),
      column('list', { ...LIST, elements: [{ type: 'UTF8' }], encode: 'DELTA_BYTE_ARRAY' }),
      column('words', { type: 'UTF8', sourceType: 'text', encode: 'PLAIN_DICTIONARY' }),
      column('flag', { type: 'BOOL', sourceType: 'bool' }),
      column('wide', {
        ...{ type: 'DECIMAL', precision: 38, scale: 0, sourceType: 'numeric' },
        encode: 'PLAIN_DICTIONARY',
      }),
    ]);
    expect(found).toEqual([
      ...['PLAIN RLE', 'DELTA_BINARY_PACKED RLE', 'DELTA_BYTE_ARRAY RLE'],
      ...['PLAIN RLE RLE_DICTIONARY', 'PLAIN RLE', 'PLAIN RLE RLE_DICTIONARY'],
    ]);
  });

  it('of nested columns that differ are all PLAIN', async () => {
    const found = await encodingsIn([
      column('list', { ...LIST, elements: [{ type: 'UTF8' }], encode: 'DELTA_BYTE_ARRAY' }),
      column('flags', { ...LIST, elements: [{ type: 'BOOL' }] }),
    ]);
    expect(found).toEqual(['PLAIN RLE', 'PLAIN RLE']);
  });
});

const LIST = { type: 'LIST', sourceType: '_text' } as const;
const ROW = { plain: 1, delta: 2, list: '{a}', words: 'w', flag: true, wide: '1', flags: '{t}' };

function column(name: keyof typeof ROW, change: Partial<DeliveryColumn>): DeliveryColumn {
  return {
    ...{ columnName: name, ossColumnName: name, type: 'INT64', encode: 'PLAIN' },
    ...{ sourceType: 'int8', ...change },
  };
}

/** The encodings of each column of a file with one row. */
async function encodingsIn(schema: readonly DeliveryColumn[]): Promise<string[]> {
  const lane = new Lane(
    { schema: [...schema], prefix: 'all', timeZone: 'UTC' },
    { phase: 'rows', before: null, sealed: [] },
  );
  const names = schema.map(({ columnName }) => columnName as keyof typeof ROW);
  const line = JSON.stringify({
    ...{ op: 'c', table: 't', lsn: '0/2', at: '2026-11-20T10:00:00.123456Z' },
    ...{ change: ['0/1', 0], row: Object.fromEntries(names.map((name) => [name, ROW[name]])) },
  });
  const packed = new RecordBuffers().pack([{ offset: 0n, value: Buffer.from(line) }]);
  await lane.append(new Uint8Array(packed.buffer), packed.records);
  const { chunks } = await lane.seal('all');
  const found = await queryParquet(chunks, 'SELECT encodings FROM parquet_metadata($file)');
  return found.map(([encodings]) => String(encodings).split(', ').sort().join(' '));
}

describe('codecs', () => {
  const NAME = { NONE: 'UNCOMPRESSED', LZ4: 'LZ4_RAW' } as const;

  test.each(codec.options)('%s', async (wanted) => {
    const shape: Shape = { type: 'LIST', sourceType: '_text', elements: [{ type: 'UTF8' }] };
    const values = Array.from({ length: 50 }, () => '{compressible,compressible}');
    const { file } = await write(shape, { encode: 'PLAIN', codec: wanted }, values);
    const found = await queryParquet(
      file.chunks,
      'SELECT compression FROM parquet_metadata($file)',
    );
    expect(found).toEqual([[wanted in NAME ? NAME[wanted as keyof typeof NAME] : wanted]]);
    expect(await texts(file)).toEqual(values.map(() => ['[compressible, compressible]']));
  });
});

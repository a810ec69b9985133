import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckSession, sqlText } from '@lakeferry/history';
import { CHOSEN_CASES } from './chosen-cases.js';
import { type DeliverySystem, startSystem } from './system.js';
import { OWN_TYPES, TYPE_CASES } from './type-cases.js';
import { STREAM_FROM, ValueRun } from './value-run.js';

const NAMES = ['everything', 'chosen'] as const;
const WAYS = [
  ['the base scan', 0],
  ['the stream', STREAM_FROM],
] as const;

describe('values survive the whole way', () => {
  let system: DeliverySystem;
  const runs = new Map<string, ValueRun>();

  beforeAll(async () => {
    system = await startSystem({ name: 'values' });
    await system.sql(async (client) => client.query(OWN_TYPES));
    const everything = new ValueRun(system, 'everything', TYPE_CASES);
    const chosen = new ValueRun(system, 'chosen', CHOSEN_CASES);
    runs.set('everything', everything).set('chosen', chosen);
    await everything.deliver({ parquetSchema: 'auto' });
    await chosen.deliver({
      codec: 'ZSTD',
      parquetSchema: [
        { columnName: 'id', type: 'INT64', encode: 'DELTA_BINARY_PACKED' },
        ...CHOSEN_CASES.map(({ column, wanted }) => ({ columnName: column, ...wanted })),
      ],
    });
  }, 300_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  describe.each(NAMES)('of table %s', (name) => {
    test.each(WAYS)('through %s', (_, from) => {
      const compared = runs.get(name)?.compared(from) ?? [];
      expect(compared.length).toBeGreaterThan(0);
      expect(compared.map(([what, , read]) => [what, read])).toEqual(
        compared.map(([what, expected]) => [what, expected]),
      );
    });

    test('what does not fit is counted, once each way', () => {
      const run = runs.get(name);
      expect(run?.dirty).toBe(2 * (run?.values.filter((value) => value.dirty).length ?? -1));
    });
  });

  test('encodings and codec are those that were asked for', async () => {
    const session = await DuckSession.open(system.s3);
    try {
      const files = sqlText(`s3://${system.s3.bucket}/chosen/**`);
      const rows = await session.rows(
        `SELECT DISTINCT path_in_schema AS path, encodings, compression FROM parquet_metadata(${files})`,
      );
      for (const { column, wanted } of CHOSEN_CASES) {
        const encode = wanted?.encode ?? 'PLAIN';
        const found = rows.filter(({ path }) => String(path).split(', ')[0] === column);
        expect(found.length).toBeGreaterThan(0);
        for (const { encodings, compression } of found) {
          const name = encode === 'PLAIN_DICTIONARY' ? 'RLE_DICTIONARY' : encode;
          expect([column, String(encodings).split(', ')]).toEqual([
            column,
            expect.arrayContaining([name]),
          ]);
          expect(compression).toBe('ZSTD');
        }
      }
    } finally {
      session.close();
    }
  });
});

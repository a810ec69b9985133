import { describe, expect, it, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryColumn } from '@lakeferry/contracts';
import { RecordBuffers } from '../record-buffers.js';
import { queryParquet, type ReadValue } from '../testing/index.js';
import { Lane } from './lane.js';
import type { LaneRecovery, LaneSpec } from './lane-spec.js';

// Native readers start slowly on a busy machine.
jest.setTimeout(60_000);

type Values = Readonly<Record<string, string | number | boolean | null>>;

function column(
  columnName: string,
  type: DeliveryColumn['type'],
  change: Partial<DeliveryColumn> = {},
): DeliveryColumn {
  const sourceType = columnName.startsWith('$') ? columnName : 'text';
  return { columnName, ossColumnName: columnName, type, encode: 'PLAIN', sourceType, ...change };
}

const ID = column('id', 'INT64', { sourceType: 'int8' });
const NOTE = column('note', 'UTF8');
const SEEN = column('seen', 'UTF8');
const SCHEMA = [
  column('$op', 'UTF8', { ossColumnName: 'op' }),
  ID,
  column('$commitTime', 'TIMESTAMP_MICROS', { ossColumnName: 'us' }),
  column('$commitTime', 'TIMESTAMP_MILLIS', { ossColumnName: 'ms' }),
  column('$commitTime', 'INT64', { ossColumnName: 'number' }),
  column('$commitTime', 'UTF8', { ossColumnName: 'text' }),
  NOTE,
  column('$lsn', 'UTF8', { ossColumnName: 'lsn' }),
  column('$lsn', 'INT64', { ossColumnName: 'lsn_number' }),
  column('$lsn', 'DECIMAL', { ossColumnName: 'lsn_digits', precision: 20, scale: 0 }),
];
const SPEC: LaneSpec = { schema: SCHEMA, prefix: 'all', timeZone: 'UTC' };
const ROWS: LaneRecovery = { phase: 'rows', before: null, sealed: [] };
const BASE: LaneRecovery = { phase: 'base', before: null, sealed: [] };
const AT = '2026-11-20T10:00:00.123456Z';

/** A line as the changefeed writes it; `index` keeps lines in order. */
function line(op: string, index: number, parts: { key?: Values; row?: Values; lsn?: string } = {}) {
  const place = op === 'r' ? { page: [0, index] } : { change: ['0/1A2B300', index] };
  const { key, row, lsn = '0/1A2B3C8' } = parts;
  return JSON.stringify({ op, table: 'public.t', lsn, at: AT, ...place, key, row });
}

/** The same line in another layout, so that only the JSON parser reads it. */
const spaced = (text: string) => text.replace('"op":', '"op": ');

async function deliver(spec: LaneSpec, recovery: LaneRecovery, lines: readonly string[]) {
  const lane = new Lane(spec, recovery);
  const packed = new RecordBuffers().pack([{ offset: 0n, value: Buffer.from(lines.join('\n')) }]);
  const result = await lane.append(new Uint8Array(packed.buffer), packed.records);
  const rows: Record<string, ReadValue[][]> = {};
  for (const { prefix } of result.files) {
    rows[prefix] = await queryParquet((await lane.seal(prefix)).chunks);
  }
  return { rows, dirty: result.dirty, counts: result.counts };
}

const MICROS = BigInt(Date.parse('2026-11-20T10:00:00Z')) * 1000n + 123_456n;
const MILLIS = (MICROS / 1000n) * 1000n;
const LSN = 0x1a2b3c8n;

describe('metadata columns', () => {
  test.each([
    ['the scanner', (text: string) => text, 0],
    ['the parser', spaced, 2],
  ])('tell of the change, read by %s', async (_by, layout, fallback) => {
    const lines = [
      line('c', 0, { key: { id: 1 }, row: { id: 1, note: 'one' } }),
      line('u', 1, { key: { id: 1 }, row: { id: 1, note: null } }),
    ];
    const { rows, counts } = await deliver(SPEC, ROWS, lines.map(layout));
    const told = [MICROS, MILLIS, MICROS, AT];
    const at = ['0/1A2B3C8', LSN, LSN];
    expect(rows['all']).toEqual([
      ['c', 1n, ...told, 'one', ...at],
      ['u', 1n, ...told, null, ...at],
    ]);
    expect(counts).toMatchObject({ delivered: 2, fallback });
  });

  it('tell of a scanned row the time and position of the plan', async () => {
    const lsn = 'FF/FFFFFFFF';
    const read = line('r', 7, { lsn, key: { id: 1 }, row: { id: 1, note: 'n' } });
    for (const layout of [(text: string) => text, spaced]) {
      const { rows } = await deliver(SPEC, BASE, [layout(read)]);
      const number = 0xff_ffff_ffffn;
      const told = [MICROS, MILLIS, MICROS, AT];
      expect(rows['all']).toEqual([['r', 1n, ...told, 'n', lsn, number, number]]);
    }
  });

  it('hold what no signed integer does only where the type can', async () => {
    const { rows, dirty } = await deliver(SPEC, ROWS, [
      line('c', 0, { lsn: 'FFFFFFFF/FFFFFFFF', row: { id: 1, note: 'n' } }),
    ]);
    expect(rows['all']?.[0]?.slice(-3)).toEqual(['FFFFFFFF/FFFFFFFF', null, 2n ** 64n - 1n]);
    expect(dirty).toMatchObject([{ column: 'lsn_number', op: 'c', at: AT }]);
  });

  it('are the same by scanner and parser whatever the change', async () => {
    const hex = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n.toString(16).toUpperCase());
    const lsn = fc.tuple(fc.integer({ min: 0, max: 0x7fffffff }), hex);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('c', 'u'), lsn), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const at = changes
            .map(([op, [high, low]]) => ({
              op,
              high,
              low: low,
              text: `${high.toString(16)}/${low}`,
            }))
            .sort((a, b) => a.high - b.high || parseInt(a.low, 16) - parseInt(b.low, 16));
          const lines = at.map(({ op, text }, index) =>
            line(op, index, { lsn: text.toUpperCase(), row: { id: index, note: 'x' } }),
          );
          const scanned = await deliver(SPEC, ROWS, lines);
          const parsed = await deliver(SPEC, ROWS, lines.map(spaced));
          expect(scanned.rows).toEqual(parsed.rows);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('leave a column of the source alone that is called alike', async () => {
    const own = [column('$op', 'UTF8', { sourceType: 'text' })];
    const { rows } = await deliver({ ...SPEC, schema: own }, ROWS, [
      line('c', 0, { row: { $op: 'mine' } }),
    ]);
    expect(rows['all']).toEqual([['mine']]);
  });
});

describe('deletes', () => {
  const schema = [column('$op', 'UTF8'), ID, NOTE, column('$lsn', 'UTF8')];
  const flag: LaneSpec = { ...SPEC, schema, deletes: 'flag' };
  const gone = line('d', 1, { key: { id: 1 } });
  const born = line('c', 0, { key: { id: 1 }, row: { id: 1, note: 'one' } });

  it('are nothing unless the task asks for them', async () => {
    const { rows, counts } = await deliver({ ...flag, deletes: undefined }, ROWS, [born, gone]);
    expect(rows['all']).toHaveLength(1);
    expect(counts).toMatchObject({ delivered: 1, deletes: 1 });
  });

  test.each([
    ['the scanner', (text: string) => text],
    ['the parser', spaced],
  ])('become rows of their key, read by %s', async (_by, layout) => {
    const { rows, counts } = await deliver(flag, ROWS, [born, gone].map(layout));
    expect(rows['all']).toEqual([
      ['c', 1n, 'one', '0/1A2B3C8'],
      ['d', 1n, null, '0/1A2B3C8'],
    ]);
    expect(counts).toMatchObject({ delivered: 2, deletes: 0 });
  });

  it('of a table without a key hold the row as it was', async () => {
    const whole = line('d', 1, { key: { id: 1, note: 'one' } });
    const { rows } = await deliver(flag, ROWS, [born, whole]);
    expect(rows['all']?.[1]).toEqual(['d', 1n, 'one', '0/1A2B3C8']);
  });

  it('deliver nothing of a key that is not in the schema', async () => {
    const other = line('d', 1, { key: { code: 'x' } });
    const { rows, dirty } = await deliver(flag, ROWS, [other]);
    expect(rows['all']).toEqual([['d', null, null, '0/1A2B3C8']]);
    expect(dirty).toEqual([]);
  });

  it('come again after a crash as little as other rows', async () => {
    const through = ['0/1A2B3C8', '0/1A2B300', 1] as const;
    const recovery = { ...ROWS, before: [...through] } as LaneRecovery;
    const next = line('d', 2, { key: { id: 2 } });
    const { rows, counts } = await deliver(flag, recovery, [born, gone, next]);
    expect(rows['all']).toHaveLength(1);
    expect(counts).toMatchObject({ duplicates: 2, delivered: 1 });
  });

  it('lie by their event time where it is part of the key, else by their commit time', async () => {
    const eventTimeColumn = {
      columnName: 'seen',
      sourceType: 'text',
      timeFormat: 'RFC3339',
    } as const;
    const byTime: LaneSpec = {
      ...flag,
      schema: [...schema, SEEN],
      prefix: 'y=$yyyy',
      eventTimeColumn,
    };
    const { rows, dirty } = await deliver(byTime, ROWS, [
      line('d', 0, { key: { id: 1, seen: '2001-02-03T04:05:06Z' } }),
      line('d', 1, { key: { id: 2 } }),
      line('d', 2, { key: { id: 3, seen: 'never' } }),
    ]);
    expect(Object.keys(rows).sort()).toEqual(['y=2001', 'y=2026']);
    expect(rows['y=2001']?.map((row) => row[1])).toEqual([1n]);
    expect(rows['y=2026']?.map((row) => row[1])).toEqual([2n, 3n]);
    expect(dirty).toMatchObject([{ op: 'd', at: AT, column: 'seen', value: 'never' }]);
  });
});

describe('dirty fields', () => {
  it('are told with the change that they belong to', async () => {
    const lines = [
      line('c', 0, { row: { id: 'x', note: 'n' } }),
      spaced(line('u', 1, { row: { id: 'y', note: 'n' } })),
    ];
    const { dirty } = await deliver({ ...SPEC, schema: [ID, NOTE] }, ROWS, lines);
    expect(dirty.map(({ op, at, value }) => [op, at, value])).toEqual([
      ['c', AT, 'x'],
      ['u', AT, 'y'],
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { newestFields } from './dirty-fields.js';

const record = (partition: number, offset: bigint, timestamp: number, value: object | string) => ({
  ...{ partition, offset, timestamp },
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
const field = (value: string, more: object = {}) => ({
  ...{ v: 1, identity: ['0/1', '0/1', 0], column: 'note', reason: 'too long', value },
  ...more,
});

describe('newestFields', () => {
  it('are those of all lanes, newest first, as many as are wanted', () => {
    const records = [
      record(0, 1n, 10, field('a')),
      record(0, 3n, 10, field('b')),
      record(1, 9n, 30, field('c')),
      record(2, 0n, 20, field('d')),
    ];
    const shown = newestFields(records, 3).map(({ lane, value }) => [lane, value]);
    expect(shown).toEqual([
      [1, 'c'],
      [2, 'd'],
      [0, 'b'],
    ]);
  });

  it('tell what is known of the row, and how many are not told', () => {
    const fileId = '00000000-0000-4000-8000-000000000001';
    const known = { fileId, op: 'u', at: '2026-11-20T10:00:00.123456Z' };
    const counted = { fileId, column: null, reason: 'not listed', omitted: 7 };
    const [first, second, third] = newestFields(
      [
        record(3, 2n, 1, field('a', known)),
        record(3, 1n, 1, field('7 more', counted)),
        record(3, 0n, 1, field('old')),
      ],
      9,
    );
    expect(first).toEqual({
      ...{ lane: 3, identity: ['0/1', '0/1', 0], column: 'note', reason: 'too long', value: 'a' },
      ...known,
    });
    expect(second).toMatchObject({ ...counted, lane: 3 });
    expect(third).not.toHaveProperty('op');
  });

  it('leave out what is of no known form', () => {
    const records = [
      record(0, 0n, 1, '{'),
      record(0, 1n, 1, { v: 2 }),
      record(0, 2n, 1, field('a')),
    ];
    expect(newestFields(records, 9)).toHaveLength(1);
    expect(newestFields([{ ...record(0, 0n, 1, ''), value: null }], 9)).toEqual([]);
  });
});

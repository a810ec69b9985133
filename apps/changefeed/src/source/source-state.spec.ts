import { describe, expect, it } from '@jest/globals';
import type { SourcePosition } from '@lakeferry/contracts';
import { EMPTY_SOURCE_STATE, foldSourceRecord } from './source-state.js';

const POSITION: SourcePosition = {
  ...{ v: 1, systemIdentifier: '1', timeline: 1, database: 'shop', slot: 'lakeferry_shop' },
  ...{ lsn: '0/10', last: ['0/8', '0/4', 0], at: '2026-01-01T00:00:00.000Z' },
};

describe('foldSourceRecord', () => {
  it('keeps the newest position, and forgets it with its tombstone', () => {
    const key = 'position';
    const first = foldSourceRecord(EMPTY_SOURCE_STATE, key, JSON.stringify(POSITION));
    const second = foldSourceRecord(first, key, JSON.stringify({ ...POSITION, lsn: '0/20' }));
    expect(first.position).toEqual(POSITION);
    expect(second.position?.lsn).toBe('0/20');
    expect(foldSourceRecord(second, key, null).position).toBeNull();
  });

  it('passes over fences and unknown keys', () => {
    expect(foldSourceRecord(EMPTY_SOURCE_STATE, 'fence', 'abc')).toEqual(EMPTY_SOURCE_STATE);
  });

  it('forgets a route with its tombstone', () => {
    const routed = { ...EMPTY_SOURCE_STATE, routes: new Map([['a', {} as never]]) };
    expect(foldSourceRecord(routed, 'route/a', null).routes.size).toBe(0);
  });

  it('halts on a record that it can not read', () => {
    expect(() => foldSourceRecord(EMPTY_SOURCE_STATE, 'position', '{"v":2}')).toThrow(
      expect.objectContaining({ code: 'CONTRACT_VIOLATION' }),
    );
  });
});

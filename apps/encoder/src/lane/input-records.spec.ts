import { describe, expect, test } from '@jest/globals';
import type { ConsumedRecord } from '@lakeferry/kafka';
import { inputParts } from './input-records.js';

function record(offset: number, kind: string, value: string | null): ConsumedRecord {
  return {
    offset: BigInt(offset),
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: { kind },
    timestamp: 0,
  };
}

const watermark = '{"control":"watermark","lsn":"0/1","at":"2026-11-20T10:00:00Z"}';

const shapesOf = (records: readonly ConsumedRecord[], bytes: number) =>
  [...inputParts(records, bytes)].map((part) =>
    part.kind === 'control'
      ? part.control.control
      : part.records.map(({ offset }) => Number(offset)),
  );

describe('inputParts', () => {
  test('cuts at control records and at the size of a part', () => {
    const records = [
      record(1, 'mutations', 'aaaa'),
      record(2, 'mutations', 'bbbb'),
      record(3, 'watermark', watermark),
      record(5, 'mutations', 'cccc'),
      record(6, 'mutations', 'dddd'),
      record(7, 'mutations', 'e'.repeat(50)),
      record(8, 'mutations', 'f'),
    ];
    expect(shapesOf(records, 8)).toEqual([[1, 2], 'watermark', [5, 6], [7], [8]]);
  });

  test('tells where each part ends', () => {
    const parts = [...inputParts([record(4, 'mutations', 'a'), record(9, 'mutations', 'b')], 100)];
    expect(parts).toMatchObject([{ kind: 'mutations', nextOffset: 10n }]);
  });

  test.each([
    ['no value', record(1, 'mutations', null)],
    ['an unknown kind', record(1, 'surprise', '{}')],
    ['a control record that is no JSON', record(1, 'watermark', 'x')],
    ['a control record of another kind than its header', record(1, 'end', watermark)],
    ['a control record that lacks a field', record(1, 'watermark', '{"control":"watermark"}')],
  ])('refuses %s', (_, bad) => {
    expect(() => [...inputParts([bad], 100)]).toThrow(
      expect.objectContaining({ code: 'CONTRACT_VIOLATION' }),
    );
  });
});

import { describe, expect, it, test } from '@jest/globals';
import { automaticType, type TypedColumn } from './automatic-type.js';
import { columnTypeProblem, encodingsOf, nestedEncodingConflict } from './column-encodings.js';
import { columnEncoding, deliveryType, type DeliveryColumn } from './delivery-schema.js';
import { deliveryTypesOf, elementTypesOf, POSTGRES_TYPES } from './postgres-types.js';

const column = (change: Partial<DeliveryColumn>): DeliveryColumn => ({
  ...{ columnName: 'c', ossColumnName: 'c', type: 'UTF8', encode: 'PLAIN', sourceType: 'text' },
  ...change,
});
const typed = (type: string, precision: number | null = null, scale: number | null = null) =>
  ({ type, precision, scale }) satisfies TypedColumn;

describe('PostgreSQL types', () => {
  it('are in the table once', () => {
    const names = POSTGRES_TYPES.flatMap((row) => row.names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('can all be text', () => {
    for (const { names, possible } of POSTGRES_TYPES) {
      expect([names, possible.includes('UTF8')]).toEqual([names, true]);
    }
  });

  it('reach every delivery type', () => {
    const possible = POSTGRES_TYPES.flatMap((row) => row.possible);
    const reached = new Set([...possible, ...deliveryTypesOf('_int4').possible]);
    expect([...reached].sort()).toEqual([...deliveryType.options].sort());
  });

  test.each([
    ['int4', { type: 'INT64' }],
    ['time', { type: 'TIME_MICROS' }],
    ['timetz', { type: 'UTF8' }],
    ['interval', { type: 'UTF8' }],
    ['jsonb', { type: 'UTF8' }],
    ['hstore', { type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'UTF8' }] }],
    ['_int2', { type: 'LIST', elements: [{ type: 'INT64' }] }],
    ['_timestamptz', { type: 'LIST', elements: [{ type: 'TIMESTAMP_MICROS' }] }],
    ['_interval', { type: 'LIST', elements: [{ type: 'UTF8' }] }],
    ['_hstore', { type: 'LIST', elements: [{ type: 'UTF8' }] }],
    ['_numeric', { type: 'LIST', elements: [{ type: 'UTF8' }] }],
    ['_box', { type: 'LIST', elements: [{ type: 'UTF8' }] }],
    ['_of_mine', { type: 'LIST', elements: [{ type: 'UTF8' }] }],
    ['of_mine', { type: 'UTF8' }],
    ['numeric', { type: 'UTF8' }],
  ])('%s is automatically %j', (type, expected) => {
    expect(automaticType(typed(type))).toEqual(expected);
  });

  it('take declared digits', () => {
    expect(automaticType(typed('numeric', 10, 2))).toEqual({
      ...{ type: 'DECIMAL', precision: 10, scale: 2 },
    });
    expect(automaticType(typed('numeric', 39, 2))).toEqual({ type: 'UTF8' });
    expect(automaticType(typed('numeric', 3, -2))).toEqual({ type: 'UTF8' });
    expect(automaticType(typed('_numeric', 10, 2))).toEqual({
      ...{ type: 'LIST', elements: [{ type: 'DECIMAL', precision: 10, scale: 2 }] },
    });
  });

  it('have elements that are scalars', () => {
    expect(elementTypesOf('timestamptz').possible).toEqual([
      'TIMESTAMP_MICROS',
      'TIMESTAMP_MILLIS',
      'UTF8',
    ]);
  });
});

describe('encodings', () => {
  test.each<[Partial<DeliveryColumn>, string]>([
    [{ type: 'BOOL' }, 'PLAIN'],
    [{ type: 'DOUBLE' }, 'PLAIN PLAIN_DICTIONARY'],
    [{ type: 'INT96' }, 'PLAIN PLAIN_DICTIONARY'],
    [{ type: 'DATE' }, 'PLAIN PLAIN_DICTIONARY DELTA_BINARY_PACKED'],
    [{ type: 'TIME_MILLIS' }, 'PLAIN PLAIN_DICTIONARY DELTA_BINARY_PACKED'],
    [{ type: 'UTF8' }, 'PLAIN PLAIN_DICTIONARY DELTA_BYTE_ARRAY DELTA_LENGTH_BYTE_ARRAY'],
    [{ type: 'INTERVAL' }, 'PLAIN PLAIN_DICTIONARY DELTA_BYTE_ARRAY'],
    [{ type: 'DECIMAL', precision: 18 }, 'PLAIN PLAIN_DICTIONARY DELTA_BINARY_PACKED'],
    [{ type: 'DECIMAL', precision: 19 }, 'PLAIN PLAIN_DICTIONARY DELTA_BYTE_ARRAY'],
    [{ type: 'LIST', elements: [{ type: 'BOOL' }] }, 'PLAIN'],
    [{ type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'INT64' }] }, 'PLAIN PLAIN_DICTIONARY'],
  ])('of %j', (change, expected) => {
    expect(encodingsOf(column(change)).join(' ')).toBe(expected);
  });

  it('are all for something', () => {
    const texts = encodingsOf(column({ type: 'UTF8' }));
    const numbers = encodingsOf(column({ type: 'INT64' }));
    expect(new Set([...texts, ...numbers])).toEqual(new Set(columnEncoding.options));
  });

  test.each<[Partial<DeliveryColumn>, string | null]>([
    [{ type: 'INT64', encode: 'DELTA_BINARY_PACKED' }, null],
    [
      { type: 'DOUBLE', encode: 'DELTA_BINARY_PACKED' },
      'DOUBLE can be encoded as PLAIN, PLAIN_DICTIONARY, not as DELTA_BINARY_PACKED',
    ],
    [
      { type: 'LIST', elements: [{ type: 'BOOL' }], encode: 'PLAIN_DICTIONARY' },
      'LIST of BOOL can be encoded as PLAIN, not as PLAIN_DICTIONARY',
    ],
    [{ type: 'DECIMAL' }, 'DECIMAL needs precision and scale'],
    [
      { type: 'DECIMAL', precision: 3, scale: 4 },
      "a DECIMAL can't have 3 digits, 4 of them behind the point",
    ],
    [{ elements: [{ type: 'UTF8' }] }, 'UTF8 has no elements'],
    [{ type: 'LIST' }, 'LIST needs the type of its elements'],
    [{ type: 'MAP', elements: [{ type: 'UTF8' }] }, 'MAP needs the types of its keys and values'],
  ])('of %j: %j', (change, problem) => {
    expect(columnTypeProblem(column(change))).toBe(problem);
  });

  it('of all nested columns of a file are one', () => {
    const list = (encode: DeliveryColumn['encode']) =>
      column({ type: 'LIST', elements: [{ type: 'UTF8' }], encode });
    expect(nestedEncodingConflict([list('PLAIN'), column({ encode: 'PLAIN_DICTIONARY' })])).toBe(
      null,
    );
    expect(nestedEncodingConflict([list('PLAIN'), list('PLAIN_DICTIONARY')])).toEqual({
      ...{ column: list('PLAIN_DICTIONARY'), other: list('PLAIN') },
    });
  });
});

import { expect, test } from '@jest/globals';
import { ORDERS, WIDE } from '../load/tables.js';
import { sparkSchema } from './spark-schema.js';

const SMALL = {
  name: 'public.small',
  columns: [
    { name: 'id', type: 'bigint', value: 'id' },
    { name: 'at', type: 'timestamptz', value: 'now()' },
  ],
};

test('the row is in the event of Debezium, or is the record itself', () => {
  expect(sparkSchema(SMALL, 'whole')).toEqual({
    schema: 'STRUCT<after: STRUCT<`id`: BIGINT, `at`: TIMESTAMP>>',
    rowsAt: 'event.after',
  });
  expect(sparkSchema(SMALL, 'rows')).toEqual({
    schema: 'STRUCT<`id`: BIGINT, `at`: TIMESTAMP>',
    rowsAt: 'event',
  });
});

test.each([ORDERS, WIDE])('has a type for every column of $name', (table) => {
  expect(sparkSchema(table, 'whole').schema.match(/`: /g)).toHaveLength(table.columns.length);
});

test('a type that it does not know is refused', () => {
  const table = { name: 'public.odd', columns: [{ name: 'id', type: 'money', value: 'id' }] };
  expect(() => sparkSchema(table, 'rows')).toThrow('column id is money');
});

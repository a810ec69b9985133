import { expect, test } from '@jest/globals';
import { createTableSql, insertRowsSql, ORDERS, WIDE } from './tables.js';

test('the table of the figures has the seven columns that its figures name', () => {
  expect(ORDERS.columns.map(({ type }) => type)).toEqual([
    ...['bigint', 'text', 'double precision', 'bigint', 'boolean', 'timestamptz', 'text'],
  ]);
});

test('the wide one has fifty columns, each with a name of its own', () => {
  expect(new Set(WIDE.columns.map(({ name }) => name)).size).toBe(50);
});

test('a table is made with its key, and its rows from their keys', () => {
  const table = {
    name: 'public.small',
    columns: [
      { name: 'id', type: 'bigint', value: 'id' },
      { name: 'half', type: 'double precision', value: 'id / 2.0' },
    ],
  };
  expect(createTableSql(table)).toBe(
    'CREATE TABLE public.small ("id" bigint, "half" double precision, PRIMARY KEY (id))',
  );
  expect(insertRowsSql(table, '1', '9')).toBe(
    'INSERT INTO public.small SELECT id, id / 2.0 FROM generate_series(1, 9) AS id',
  );
});

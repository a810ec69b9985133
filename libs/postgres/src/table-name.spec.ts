import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTableName, parseTableName, quoteLiteral } from './table-name.js';

describe('parseTableName', () => {
  it.each([
    ['orders', 'public', 'orders'],
    ['Orders', 'public', 'orders'],
    ['Sales.Orders_1$', 'sales', 'orders_1$'],
    ['"Odd Schema"."t""1"', 'Odd Schema', 't"1'],
    ['sales."a.b"', 'sales', 'a.b'],
    ['"Größe".Über', 'Größe', 'Über'],
  ])('%s', (text, schema, name) => {
    expect(parseTableName(text)).toEqual({ schema, name });
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a.b.c',
    '"a',
    'a"b"',
    '""',
    'a b',
    '1a',
    '"a\0b"',
    'a\ud800',
    '"a\udc00"',
    'x'.repeat(64),
    `"${'ü'.repeat(32)}"`,
  ])('refuses %j', (text) => {
    expect(() => parseTableName(text)).toThrow('is not a table name');
  });

  it('reads every name that it writes', () => {
    const part = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 15 })
      .filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(part, part, (schema, name) => {
        expect(parseTableName(formatTableName({ schema, name }))).toEqual({ schema, name });
      }),
    );
  });
});

describe('formatTableName', () => {
  it.each([
    ['public', 'orders', 'public.orders'],
    ['public', 'Orders', 'public."Orders"'],
    ['public', 'order', 'public."order"'],
    ['a b', 't"1', '"a b"."t""1"'],
  ])('%s %s', (schema, name, expected) => {
    expect(formatTableName({ schema, name })).toBe(expected);
  });
});

describe('quoteLiteral', () => {
  it('doubles quotes, and backslashes in an escape string', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("\\'")).toBe(" E'\\\\'''");
  });
});

import { describe, expect, test } from '@jest/globals';
import type { DeliveryColumn } from './delivery-schema.js';
import { formatTypeExtend, parseDecimalDigits, parseElements } from './type-extend.js';

const column = (change: Partial<DeliveryColumn>): DeliveryColumn => ({
  ...{ columnName: 'c', ossColumnName: 'c', type: 'LIST', encode: 'PLAIN', sourceType: '_int4' },
  ...change,
});

describe('typeExtend', () => {
  test.each([
    ['10,2', { precision: 10, scale: 2 }],
    [' 38 , 0 ', { precision: 38, scale: 0 }],
    ['39,0', null],
    ['3,4', null],
    ['0,0', null],
    ['10', null],
    ['10,2,1', null],
  ])('digits %j', (text, expected) => {
    expect(parseDecimalDigits(text)).toEqual(expected);
  });

  test.each([
    ['INT64', [{ type: 'INT64' }]],
    ['UTF8, INT64', [{ type: 'UTF8' }, { type: 'INT64' }]],
    ['UTF8,DECIMAL(10, 2)', [{ type: 'UTF8' }, { type: 'DECIMAL', precision: 10, scale: 2 }]],
    ['DECIMAL', null],
    ['DECIMAL(39,0)', null],
    ['INT64(1,0)', null],
    ['LIST', null],
    ['INT96', null],
    ['int64', null],
    ['', null],
    ['UTF8,', null],
  ])('elements %j', (text, expected) => {
    expect(parseElements(text)).toEqual(expected);
  });

  test.each<[Partial<DeliveryColumn>, string | undefined]>([
    [{ type: 'DECIMAL', precision: 9, scale: 3 }, '9,3'],
    [{ type: 'INT64' }, undefined],
    [{ elements: [{ type: 'UTF8' }] }, 'UTF8'],
    [
      { type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'DECIMAL', precision: 9, scale: 3 }] },
      'UTF8,DECIMAL(9,3)',
    ],
  ])('of %j is %j, and is read again', (change, expected) => {
    const text = formatTypeExtend(column(change));
    expect(text).toBe(expected);
    if (change.elements !== undefined) expect(parseElements(text ?? '')).toEqual(change.elements);
  });
});

import { describe, expect, it } from '@jest/globals';
import { keysInPath, partitionLayout } from './partition-layout.js';
import { projectedColumns } from './projected-columns.js';

/** `name:type@folder` of each column. */
const columnsOf = (prefix: string) =>
  partitionLayout(prefix).columns.map(({ name, type, folder }) => `${name}:${type}@${folder}`);

describe('the layout of a prefix', () => {
  it.each([
    ['a/b', 'a/b', [], false],
    ['a/k=v', 'a/k=v', [], false],
    ['a/year=$yyyy', 'a', ['year:int@2'], true],
    ['year=$yyyy', '', ['year:int@1'], true],
    ['a/day=$yyyy-$MM', 'a', ['day:string@2'], true],
    ['ds=$yyyy$MM$dd', '', ['ds:string@1'], true],
    ['a/year=$yyyy/k=v', 'a', ['year:int@2', 'k:string@3'], true],
    ['a/k=v/year=$yyyy', 'a/k=v', ['year:int@3'], true],
    ['a/$yyyy/month=$MM', 'a', ['month:int@3'], false],
    ['a/x=$yyyy/X=$MM', 'a', ['x:int@2', 'X:int@3'], false],
    ['a/$yyyy=x', 'a', [], false],
    ['a/k=$yyyy=x', 'a', [], false],
    ['a/k=', 'a/k=', [], false],
  ])('%s', (prefix, location, columns, isDiscoverable) => {
    expect(partitionLayout(prefix)).toMatchObject({ location, isDiscoverable });
    expect(columnsOf(prefix)).toEqual(columns);
  });

  it('names the keys of all folders', () => {
    expect(keysInPath('env=prod/a/year=$yyyy/$MM')).toEqual(['env', 'year']);
  });
});

describe('columns computed from a pattern of the path', () => {
  it.each([
    ['a/$yyyy/$MM', ['year', 'month']],
    ['a/year=$yyyy/$MM/k=v', ['year', 'month', 'k']],
    ['a/y=$yyyy/h=$HH/m=$mm', ['y', 'h', 'm']],
    ['a/$yyyy/fixed', null],
    ['a/$yyyy$MM', null],
    ['a/ds=$yyyy$MM', null],
    ['a/year=$MM/$yyyy', null],
    ['a/b', null],
  ])('%s', (prefix, names) => {
    expect(projectedColumns(partitionLayout(prefix))?.map(({ name }) => name) ?? null).toEqual(
      names,
    );
  });
});

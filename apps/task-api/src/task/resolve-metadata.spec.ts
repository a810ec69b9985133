import { describe, expect, it } from '@jest/globals';
import {
  metadataOf,
  sourceColumnsOf,
  type DeliveryColumn,
  type TableColumn,
} from '@lakeferry/contracts';
import { metadataProblems, resolveMetadata } from './resolve-metadata.js';
import type { RequestedColumn } from './task-request.js';

const field = 'taskConfig.parquetSchema[0]';
const ask = (wanted: Partial<RequestedColumn>, columns: readonly TableColumn[] = []) =>
  resolveMetadata({ field, wanted: { columnName: '$op', ...wanted }, columns });
const named = (name: string): TableColumn => ({
  ...{ name, type: 'text', sqlType: 'text', precision: null, scale: null },
  ...{ notNull: false, generated: false },
});

describe('a metadata column', () => {
  it.each([
    ['$op', undefined, 'UTF8'],
    ['$op', 'UTF8', 'UTF8'],
    ['$commitTime', undefined, 'TIMESTAMP_MICROS'],
    ['$commitTime', 'TIMESTAMP_MILLIS', 'TIMESTAMP_MILLIS'],
    ['$commitTime', 'INT64', 'INT64'],
    ['$commitTime', 'UTF8', 'UTF8'],
    ['$lsn', undefined, 'UTF8'],
    ['$lsn', 'INT64', 'INT64'],
  ] as const)('%s as %s is %s', (columnName, type, resolved) => {
    const column: DeliveryColumn = {
      ...{ columnName, ossColumnName: 'told', type: resolved },
      ...{ encode: 'PLAIN', sourceType: columnName },
    };
    const wanted = { columnName, ossColumnName: 'told', ...(type && { type }) };
    expect(ask(wanted)).toEqual({ column, problems: [], warnings: [] });
    expect(metadataOf(column)).toBe(columnName);
    expect(sourceColumnsOf([column])).toEqual([]);
  });

  it('$lsn as DECIMAL holds all of 64 bits', () => {
    for (const typeExtend of [undefined, '20,0', ' 20 , 0 ']) {
      const wanted = { columnName: '$lsn', type: 'DECIMAL' as const };
      expect(ask({ ...wanted, ...(typeExtend && { typeExtend }) })?.column).toMatchObject({
        ...{ type: 'DECIMAL', precision: 20, scale: 0 },
      });
    }
  });

  it.each([
    [{ type: 'INT64' as const }, 'type', "INT64 can't hold $op", 'Use UTF8.'],
    [{ columnName: '$lsn', type: 'DOUBLE' as const }, 'type', "DOUBLE can't hold $lsn", 'DECIMAL'],
    [
      { columnName: '$lsn', type: 'DECIMAL' as const, typeExtend: '10,2' },
      'typeExtend',
      'means nothing',
      '20,0',
    ],
    [{ type: 'UTF8' as const, typeExtend: '1' }, 'typeExtend', 'means nothing', 'Leave it out.'],
    [
      { type: 'UTF8' as const, encode: 'DELTA_BINARY_PACKED' as const },
      'encode',
      'not as DELTA_BINARY_PACKED',
      'PLAIN',
    ],
  ])('%j is refused', (wanted, part, problem, remedy) => {
    expect(ask(wanted)).toEqual({
      problems: [
        {
          field: `${field}.${part}`,
          problem: expect.stringContaining(problem),
          remedy: expect.stringContaining(remedy),
        },
      ],
      warnings: [],
    });
  });

  it('wins over a column of the table that is called alike, and says so', () => {
    const { column, warnings } = ask({}, [named('$op')]) ?? {};
    expect(column).toMatchObject({ sourceType: '$op' });
    expect(warnings).toMatchObject([{ code: 'METADATA_HIDES_COLUMN', level: 'warn' }]);
  });

  it('is none by any other name', () => {
    for (const columnName of ['op', '$OP', '$ts', 'id'])
      expect(ask({ columnName })).toBeUndefined();
  });
});

describe('metadataProblems', () => {
  const op = ask({})?.column;
  const id = { ...op, columnName: 'id', ossColumnName: 'id', sourceType: 'int8' };
  const schema = (...columns: (typeof op)[]) => columns as NonNullable<typeof op>[];

  it('asks for a column of the table', () => {
    expect(metadataProblems(schema(op), 'ignore')).toMatchObject([
      { field: 'taskConfig.parquetSchema' },
    ]);
    expect(metadataProblems(schema(op, id as typeof op), 'ignore')).toEqual([]);
  });

  it('asks for $op where deletes are flagged', () => {
    expect(metadataProblems(schema(id as typeof op), 'flag')).toMatchObject([
      { field: 'taskConfig.deletes', remedy: expect.stringContaining('"$op"') },
    ]);
    expect(metadataProblems(schema(op, id as typeof op), 'flag')).toEqual([]);
    expect(metadataProblems(schema(id as typeof op), 'ignore')).toEqual([]);
  });
});

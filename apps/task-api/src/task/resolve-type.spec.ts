import { describe, expect, it } from '@jest/globals';
import { column } from '../testing/fake-changefeed.js';
import { resolveSchema } from './resolve-schema.js';
import type { RequestedColumn } from './task-request.js';

const COLUMNS = [
  column('i', 'int4'),
  column('f', 'float8'),
  column('ints', '_int8'),
  column('times', '_timestamptz'),
  column('nums', '_numeric', { sqlType: 'numeric(10,2)[]', precision: 10, scale: 2 }),
  column('free', '_numeric', { sqlType: 'numeric[]' }),
  column('odd', '_of_mine'),
  column('doc', 'jsonb'),
  column('tags', 'hstore'),
  column('iv', 'interval'),
  column('clock', 'timetz'),
  column('at', 'timestamptz'),
];
const resolve = (...wanted: readonly RequestedColumn[]) => resolveSchema(wanted, COLUMNS);

describe('the type of a column', () => {
  it.each<[RequestedColumn, object]>([
    [
      { columnName: 'i', type: 'DECIMAL' },
      { precision: 10, scale: 0 },
    ],
    [{ columnName: 'ints', type: 'LIST' }, { elements: [{ type: 'INT64' }] }],
    [{ columnName: 'ints', type: 'LIST', typeExtend: 'INT32' }, { elements: [{ type: 'INT32' }] }],
    [{ columnName: 'ints', type: 'UTF8' }, {}],
    [
      { columnName: 'nums', type: 'LIST' },
      { elements: [{ type: 'DECIMAL', precision: 10, scale: 2 }] },
    ],
    [{ columnName: 'free', type: 'LIST' }, { elements: [{ type: 'UTF8' }] }],
    [
      { columnName: 'free', type: 'LIST', typeExtend: 'DECIMAL(9,3)' },
      { elements: [{ type: 'DECIMAL', precision: 9, scale: 3 }] },
    ],
    [{ columnName: 'odd', type: 'LIST' }, { elements: [{ type: 'UTF8' }] }],
    [{ columnName: 'doc', type: 'MAP' }, { elements: [{ type: 'UTF8' }, { type: 'UTF8' }] }],
    [
      { columnName: 'tags', type: 'MAP', typeExtend: 'UTF8,DECIMAL(18,4)' },
      { elements: [{ type: 'UTF8' }, { type: 'DECIMAL', precision: 18, scale: 4 }] },
    ],
    [{ columnName: 'iv', type: 'INTERVAL' }, {}],
    [{ columnName: 'at', type: 'INT96', encode: 'PLAIN_DICTIONARY' }, {}],
  ])('%j', (wanted, details) => {
    const { schema, problems } = resolve(wanted);
    expect(problems).toEqual([]);
    const { columnName, type, encode = 'PLAIN' } = wanted;
    const sourceType = COLUMNS.find(({ name }) => name === columnName)?.type;
    expect(schema).toEqual([
      { columnName, ossColumnName: columnName, type, encode, sourceType, ...details },
    ]);
  });

  it.each<[RequestedColumn, string, string]>([
    [{ columnName: 'clock', type: 'TIME_MICROS' }, 'type', "TIME_MICROS can't hold column clock"],
    [{ columnName: 'i', type: 'LIST' }, 'type', "LIST can't hold column i of type int4"],
    [{ columnName: 'ints', type: 'MAP' }, 'type', "MAP can't hold column ints"],
    [{ columnName: 'i', type: 'INT96' }, 'type', "INT96 can't hold column i"],
    [
      { columnName: 'ints', type: 'LIST', typeExtend: 'DATE' },
      'typeExtend',
      "DATE can't hold the elements of column ints",
    ],
    [
      { columnName: 'ints', type: 'LIST', typeExtend: 'INT64,INT64' },
      'typeExtend',
      "INT64,INT64 is not the type of a list's elements",
    ],
    [
      { columnName: 'times', type: 'LIST', typeExtend: 'INT96' },
      'typeExtend',
      "INT96 is not the type of a list's elements",
    ],
    [
      { columnName: 'doc', type: 'MAP', typeExtend: 'INT64,UTF8' },
      'typeExtend',
      "INT64,UTF8 are not the types of a map's keys and values",
    ],
    [
      { columnName: 'f', type: 'DOUBLE', encode: 'DELTA_BINARY_PACKED' },
      'encode',
      'column f: DOUBLE can be encoded as PLAIN, PLAIN_DICTIONARY, not as DELTA_BINARY_PACKED',
    ],
    [
      { columnName: 'doc', type: 'MAP', typeExtend: 'UTF8,INT64', encode: 'DELTA_BYTE_ARRAY' },
      'encode',
      'column doc: MAP of UTF8 and INT64 can be encoded as PLAIN, PLAIN_DICTIONARY',
    ],
  ])('%j is refused', (wanted, field, sentence) => {
    const { problems } = resolve(wanted);
    expect(problems.map((problem) => problem.field)).toEqual([
      `taskConfig.parquetSchema[0].${field}`,
    ]);
    expect(problems[0]?.problem).toContain(sentence);
    expect(problems[0]?.remedy).not.toBe('');
  });

  it('of LIST and MAP columns has one encoding for all of them', () => {
    const { problems } = resolve(
      { columnName: 'doc', type: 'MAP' },
      { columnName: 'odd', type: 'LIST', encode: 'PLAIN_DICTIONARY' },
    );
    expect(problems.map(({ problem }) => problem)).toEqual([
      'column odd is encoded as PLAIN_DICTIONARY, column doc as PLAIN',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { TableColumn } from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import { readRequest } from '../api/read-request.js';
import { parseSourceUrl } from '../source/source-url.js';
import { column } from '../testing/fake-changefeed.js';
import { bucketNameProblem } from './bucket-name.js';
import { resolveEventTime } from './resolve-event-time.js';
import { resolveSchema } from './resolve-schema.js';
import { resolveTask } from './resolve-task.js';
import { TASK_REMEDIES, taskRequest, taskRequestBy } from './task-request.js';
import { isTimeZone } from './time-zone.js';

describe('names', () => {
  it.each([
    ['lake', true],
    ['my.lake-1', true],
    ['ab', false],
    ['a'.repeat(64), false],
    ['Lake', false],
    ['-lake', false],
    ['la..ke', false],
    ['la.-ke', false],
    ['10.0.0.1', false],
  ])('of buckets: %s', (name, isValid) => {
    expect(bucketNameProblem(name) === null).toBe(isValid);
  });

  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['+01:00', false],
    ['Mars/Base', false],
    ['', false],
  ])('of time zones: %s', (name, isValid) => {
    expect(isTimeZone(name)).toBe(isValid);
  });

  it.each([
    ['postgres://u:p@h:1/d', { host: 'h', port: 1, database: 'd', user: 'u' }],
    ['postgresql://u%40x@h/d%20e', { host: 'h', port: 5432, database: 'd e', user: 'u@x' }],
    ['mysql://u@h/d', null],
    ['postgres://u@h', null],
    ['postgres://u:s3cret@h:99999/d', null],
  ])('of sources: %s', (url, address) => {
    const parsed = parseSourceUrl(url);
    expect(parsed.ok ? parsed.address : null).toEqual(address);
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  });
});

describe('a generated schema', () => {
  it.each<[TableColumn, object]>([
    [column('a', 'int4'), { type: 'INT64' }],
    [
      column('a', 'numeric', { precision: 9, scale: 3 }),
      { type: 'DECIMAL', precision: 9, scale: 3 },
    ],
    [column('a', 'numeric'), { type: 'UTF8' }],
    [column('a', 'numeric', { precision: 39, scale: 3 }), { type: 'UTF8' }],
    [column('a', 'numeric', { precision: 3, scale: -2 }), { type: 'UTF8' }],
    [column('a', 'jsonb'), { type: 'UTF8' }],
    [column('a', 'bytea'), { type: 'BINARY' }],
  ])('%#', (of, expected) => {
    const { schema, problems, warnings } = resolveSchema('auto', [of]);
    expect(schema).toMatchObject([{ columnName: 'a', ossColumnName: 'a', ...expected }]);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(of.type === 'numeric' && schema[0]?.type === 'UTF8' ? 1 : 0);
  });
});

describe('a schema that is asked for', () => {
  const columns = [column('n', 'numeric'), column('d', 'date')];
  it.each([
    [{ columnName: 'n', type: 'DECIMAL', typeExtend: ' 38 , 0' }, null],
    [{ columnName: 'n', type: 'DECIMAL', typeExtend: '3,4' }, 'typeExtend'],
    [{ columnName: 'n', type: 'DECIMAL', typeExtend: '0,0' }, 'typeExtend'],
    [{ columnName: 'n', type: 'DECIMAL' }, 'typeExtend'],
    [{ columnName: 'n', type: 'DOUBLE', typeExtend: '3,1' }, 'typeExtend'],
    [{ columnName: 'n', type: 'DATE' }, 'type'],
    [{ columnName: 'd', type: 'DATE' }, null],
    [{ columnName: 'N', type: 'UTF8' }, 'columnName'],
  ] as const)('%#', (wanted, field) => {
    const { problems } = resolveSchema([wanted], columns);
    const expected = field === null ? [] : [`taskConfig.parquetSchema[0].${field}`];
    expect(problems.map((problem) => problem.field)).toEqual(expected);
  });

  it('may have a column twice under two names', () => {
    const twice = ['x', 'y'].map((ossColumnName) => {
      return { columnName: 'd', ossColumnName, type: 'DATE' as const };
    });
    expect(resolveSchema(twice, columns).problems).toEqual([]);
  });
});

describe('an event-time column', () => {
  it.each([
    ['date', undefined, null],
    ['timestamptz', 'RFC3339', null],
    ['int8', 'Unix', null],
    ['int8', undefined, 'timeFormat'],
    ['int8', 'RFC822', 'timeFormat'],
    ['text', 'RFC850', null],
    ['text', undefined, 'timeFormat'],
    ['bool', 'Unix', 'columnName'],
    ['jsonb', undefined, 'columnName'],
  ] as const)('of type %s with format %s', (type, timeFormat, field) => {
    const { problems } = resolveEventTime({ columnName: 'a', timeFormat }, [column('a', type)]);
    const expected = field === null ? [] : [`taskConfig.eventTimeColumn.${field}`];
    expect(problems.map((problem) => problem.field)).toEqual(expected);
  });
});

describe('a request', () => {
  const valid = {
    ...{ source: 's', tableName: 't', taskName: 'abc' },
    taskConfig: { ossPrefix: 'p', ossBucket: 'lake' },
  };

  function fieldsOf(change: object): string[] {
    try {
      readRequest(taskRequest, { ...valid, ...change }, TASK_REMEDIES);
      return [];
    } catch (error) {
      if (!isDeliveryError(error)) throw error;
      return error.fields.map(({ field }) => field);
    }
  }

  it('may have a name of the samples where the installation allows it', () => {
    const named = { ...valid, taskName: 'taskTest_29' };
    expect(readRequest(taskRequestBy.samples, named, TASK_REMEDIES)).toMatchObject(named);
    expect(fieldsOf({ taskName: 'taskTest_29' })).toEqual(['taskName']);
  });

  it('may leave out the type of a metadata column only', () => {
    const op = { columnName: '$op' };
    const parquetSchema = [op, { columnName: 'a', type: 'UTF8' }];
    expect(fieldsOf({ taskConfig: { ...valid.taskConfig, parquetSchema } })).toEqual([]);
  });

  it('has its defaults filled in', () => {
    expect(readRequest(taskRequest, valid, TASK_REMEDIES)).toMatchObject({
      taskType: 'BASE_INC',
      taskConfig: {
        ...{ format: 'Parquet', timeZone: 'UTC', parquetSchema: 'auto' },
        ...{ fileBytesTarget: 64 * 1024 * 1024, fileAgeSecondsMax: 120, deletes: 'ignore' },
      },
    });
  });

  it.each([
    [{ taskConfig: 1 }, ['taskConfig']],
    [{ source: undefined, taskName: 7 }, ['source', 'taskName']],
    [{ taskConfig: { ...valid.taskConfig, parquetSchema: 'all' } }, ['taskConfig.parquetSchema']],
    [{ taskConfig: { ...valid.taskConfig, parquetSchema: [] } }, ['taskConfig.parquetSchema']],
    [
      {
        taskConfig: { ...valid.taskConfig, parquetSchema: [{ columnName: 'a' }, { type: 'UTF8' }] },
      },
      ['taskConfig.parquetSchema[0].type', 'taskConfig.parquetSchema[1].columnName'],
    ],
    [{ taskConfig: { ...valid.taskConfig, fileAgeSecondsMax: 0.1, lanes: 4 } }, []],
  ])('names what is wrong: %#', (change, fields) => {
    expect(fieldsOf(change)).toEqual(fields);
  });
});

describe('a task', () => {
  const table = {
    ...{ table: 'public.t', oid: 1, key: ['a'] },
    columns: [column('a', 'int4'), column('$op', 'text')],
  };
  const op = { columnName: '$op', ossColumnName: 'op' };
  const a = { columnName: 'a', type: 'INT64' };

  function resolve(config: object) {
    const taskConfig = { ossPrefix: 'p/$yyyy', ossBucket: 'lake', ...config };
    const body = { source: 's', tableName: 't', taskName: 'orders', taskConfig };
    return resolveTask(readRequest(taskRequest, body, TASK_REMEDIES), table);
  }
  function refusals(config: object): string[] {
    try {
      resolve(config);
      return [];
    } catch (error) {
      if (!isDeliveryError(error)) throw error;
      return error.fields.map(({ field }) => field);
    }
  }

  it('has metadata columns in their places, and warns of those that they hide', () => {
    const parquetSchema = [a, { columnName: '$lsn' }, op];
    const { config, warnings } = resolve({ parquetSchema, deletes: 'flag', ossDirtyPrefix: 'd' });
    expect(
      config.schema.map(({ ossColumnName, type, sourceType }) => [ossColumnName, type, sourceType]),
    ).toEqual([
      ['a', 'INT64', 'int4'],
      ['$lsn', 'UTF8', '$lsn'],
      ['op', 'UTF8', '$op'],
    ]);
    expect(config).toMatchObject({ deletes: 'flag', ossDirtyPrefix: 'd' });
    expect(warnings.map(({ code }) => code)).toEqual(['METADATA_HIDES_COLUMN']);
  });

  it('has none of them by itself', () => {
    const { config } = resolve({});
    expect(config.schema.map(({ columnName, sourceType }) => [columnName, sourceType])).toEqual([
      ['a', 'int4'],
      ['$op', 'text'],
    ]);
    expect(config).toMatchObject({ deletes: 'ignore' });
    expect(config).not.toHaveProperty('ossDirtyPrefix');
  });

  it.each([
    ['deletes that nothing tells', { deletes: 'flag' }, ['taskConfig.deletes']],
    ['nothing of the table', { parquetSchema: [op] }, ['taskConfig.parquetSchema']],
    [
      'two columns of one name',
      { parquetSchema: [a, op, { ...op, columnName: '$lsn' }] },
      ['taskConfig.parquetSchema[2].ossColumnName'],
    ],
    [
      'a type that holds no operation, and nothing else of it',
      { parquetSchema: [a, { ...op, type: 'BOOL' }], deletes: 'flag' },
      ['taskConfig.parquetSchema[1].type'],
    ],
    ['dirty objects among the rows', { ossDirtyPrefix: 'p/dirty' }, ['taskConfig.ossDirtyPrefix']],
  ])('is refused with %s', (_what, config, fields) => {
    expect(refusals(config)).toEqual(fields);
  });
});

import { describe, expect, it } from '@jest/globals';
import { TASK_CONFIG_DEFAULTS, type TableColumn, type TaskConfig } from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import type { StoredTask } from '@lakeferry/task-store';
import { readRequest } from '../api/read-request.js';
import { column } from '../testing/fake-changefeed.js';
import { fixedProblems, needsTable, needsVersion, patchTask, taskPatch } from './task-patch.js';

const CONFIG: TaskConfig = {
  ...TASK_CONFIG_DEFAULTS,
  ...{ ossPrefix: 'p/year=$yyyy', ossBucket: 'lake', format: 'Parquet', timeZone: 'UTC' },
  ...{ ossStsRole: 'reader', fileBytesTarget: 1_000_000, fileAgeSecondsMax: 60, lanesMax: 2 },
  eventTimeColumn: { columnName: 'at', sourceType: 'timestamptz' },
  schema: [
    {
      ...{ columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN' },
      sourceType: 'int8',
    },
    {
      ...{ columnName: 'sum', ossColumnName: 'total', type: 'DECIMAL', encode: 'PLAIN' },
      ...{ sourceType: 'numeric', precision: 10, scale: 2 },
    },
  ],
};
const TASK = {
  ...{ source: 'shop', tableName: 'public.t', taskName: 'orders', taskType: 'BASE_INC', lanes: 2 },
  config: CONFIG,
} as StoredTask;
const COLUMNS = [column('id', 'int8'), column('at', 'timestamptz'), column('note', 'text')];

function patch(taskConfig: object, columns: readonly TableColumn[] = COLUMNS): TaskConfig {
  const read = readRequest(taskPatch, { taskConfig }, {});
  return patchTask(TASK, read, { columns: [...columns] }).config;
}

function refused(body: object): string[] {
  try {
    const read = readRequest(taskPatch, body, {});
    return fixedProblems(TASK, read).map(({ field }) => field);
  } catch (error) {
    if (!isDeliveryError(error)) throw error;
    return error.fields.map(({ field }) => field);
  }
}

describe('patchTask', () => {
  it.each<[string, object, Partial<TaskConfig>, boolean]>([
    ['a prefix', { ossPrefix: 'q/$MM' }, { ossPrefix: 'q/$MM' }, true],
    ['a time zone', { timeZone: 'Asia/Tokyo' }, { timeZone: 'Asia/Tokyo' }, true],
    ['a codec', { codec: 'ZSTD' }, { codec: 'ZSTD' }, true],
    ['a dirty prefix', { ossDirtyPrefix: 'dirt' }, { ossDirtyPrefix: 'dirt' }, true],
    ['a role', { ossStsRole: 'writer' }, { ossStsRole: 'writer' }, false],
    ['limits', { fileBytesTarget: 2_000_000 }, { fileBytesTarget: 2_000_000 }, false],
    ['lanes at most', { lanesMax: 3 }, { lanesMax: 3 }, false],
    ['what new columns become', { schemaChanges: 'follow' }, { schemaChanges: 'follow' }, false],
  ])('changes %s and nothing else', (_what, taskConfig, expected, version) => {
    const changed = patch(taskConfig);
    expect(changed).toEqual({ ...CONFIG, ...expected });
    expect(needsVersion(CONFIG, changed)).toBe(version);
  });

  it('takes options away', () => {
    const changed = patch({ ossStsRole: null, eventTimeColumn: null });
    expect(changed).not.toHaveProperty('ossStsRole');
    expect(changed).not.toHaveProperty('eventTimeColumn');
    expect(needsVersion(CONFIG, changed)).toBe(true);
  });

  it('resolves new columns against the table, and keeps the others whatever became of it', () => {
    const schema = [{ columnName: 'note', ossColumnName: 'remark', type: 'UTF8' }];
    expect(patch({ parquetSchema: schema }).schema).toEqual([
      { ...schema[0], encode: 'PLAIN', sourceType: 'text' },
    ]);
    expect(patch({ parquetSchema: 'auto' }).schema.map((c) => c.columnName)).toEqual([
      ...['id', 'at', 'note'],
    ]);
    expect(patch({ codec: 'GZIP' }, []).schema).toEqual(CONFIG.schema);
    expect(() => patch({ parquetSchema: [{ columnName: 'sum', type: 'UTF8' }] })).toThrow(/sum/);
    expect(() => patch({ deletes: 'flag' })).toThrow(/\$op/);
    expect(() => patch({ ossPrefix: '/p' })).toThrow(/slash/);
  });

  it('needs the table for columns only', () => {
    const needs = (taskConfig: object) => needsTable(readRequest(taskPatch, { taskConfig }, {}));
    expect(needs({ ossPrefix: 'q' })).toBe(false);
    expect(needs({ eventTimeColumn: null })).toBe(false);
    expect(needs({ eventTimeColumn: { columnName: 'at' } })).toBe(true);
    expect(needs({ parquetSchema: 'auto' })).toBe(true);
  });
});

describe('a change that would make another task', () => {
  it.each([
    [{ taskConfig: { ossBucket: 'other' } }, ['taskConfig.ossBucket']],
    [{ taskConfig: { ossEndpoint: 'https://s3' } }, ['taskConfig.ossEndpoint']],
    [{ taskConfig: { lanes: 1 } }, ['taskConfig.lanes']],
    [{ taskType: 'INC', taskName: 'x' }, ['taskName', 'taskType']],
    [{ taskConfig: { ossBucket: 'lake', lanes: 2 }, taskType: 'BASE_INC' }, []],
    [{ taskConfig: { ossPrefix: null } }, ['taskConfig.ossPrefix']],
    [{ taskConfig: { hue: 1 } }, ['taskConfig.hue']],
    [{ revision: 0 }, ['revision']],
  ])('%j', (body, fields) => {
    expect(refused(body)).toEqual(fields);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isDeliveryError } from '@lakeferry/errors';
import { parseSourceUrl } from '../source/source-url.js';
import { taskPatch } from '../task/task-patch.js';
import { TASK_REMEDIES, taskRequest } from '../task/task-request.js';
import { readRequest } from './read-request.js';
import { textProblem } from './text-problem.js';

describe('text that can be stored', () => {
  it.each([
    ['orders', null],
    ['Größe 日本 😀', null],
    ['', null],
    ['a\u0000', 'has a control character'],
    ['a\nb', 'has a control character'],
    ['a\u007f', 'has a control character'],
    ['\ud800', 'has half a character (a surrogate without its other half)'],
    ['\udc00a', 'has half a character (a surrogate without its other half)'],
  ])('%j: %p', (text, problem) => {
    expect(textProblem(text)).toBe(problem);
  });
});

describe('a request with text that can not be stored', () => {
  const config = (bad: string) => ({
    ...{ ossPrefix: 'p', ossBucket: 'lake', ossStsRole: bad },
    eventTimeColumn: { columnName: bad },
    parquetSchema: [{ columnName: bad, ossColumnName: bad, type: 'UTF8' }],
  });
  const problems = (read: () => unknown) => {
    try {
      read();
      return [];
    } catch (error) {
      if (!isDeliveryError(error)) throw error;
      return error.fields;
    }
  };
  const FIELDS = ['ossStsRole', 'eventTimeColumn.columnName', 'parquetSchema[0].columnName'];

  it.each(['a\u0000', '\ud800'])('names every such field: %j', (bad) => {
    const body = { source: bad, tableName: 't', taskName: 'orders', taskConfig: config(bad) };
    const found = problems(() => readRequest(taskRequest, body, TASK_REMEDIES));
    const fields = [...FIELDS, 'parquetSchema[0].ossColumnName'].map(
      (name) => `taskConfig.${name}`,
    );
    expect(found.map(({ field }) => field)).toEqual(['source', ...fields]);
    for (const { problem } of found) expect(problem).toBe(textProblem(bad));
    const patch = problems(() =>
      readRequest(taskPatch, { taskConfig: config(bad) }, TASK_REMEDIES),
    );
    expect(patch.map(({ field }) => field)).toEqual(fields);
  });

  it('may name a column that has a tab in its name, as PostgreSQL does', () => {
    const eventTimeColumn = { columnName: 'a\tb' };
    const taskConfig = { ossPrefix: 'p', ossBucket: 'lake', eventTimeColumn };
    const body = { source: 's', tableName: 't', taskName: 'orders', taskConfig };
    expect(problems(() => readRequest(taskRequest, body, TASK_REMEDIES))).toEqual([]);
  });

  it.each([
    'postgres://u:p@h/d%00',
    'postgres://u%0a@h/d',
    'postgres://u:p%00@h/d',
    'postgres://\ud800@h/d',
  ])('is no URL of a source: %j', (url) => {
    expect(parseSourceUrl(url)).toEqual({
      ok: false,
      problem: 'has a control character or half a character',
    });
  });
});

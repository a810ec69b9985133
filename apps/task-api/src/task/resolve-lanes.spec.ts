import { describe, expect, it } from '@jest/globals';
import type { TaskType } from '@lakeferry/contracts';
import { resolveLanes } from './resolve-lanes.js';

describe('the lanes of a task', () => {
  it.each<[TaskType, { lanes?: number; lanesMax?: number }, number, number]>([
    ['BASE_INC', {}, 1, 4],
    ['INC', {}, 1, 4],
    ['BASE', {}, 1, 1],
    ['INC', { lanes: 3 }, 3, 3],
    ['INC', { lanes: 2, lanesMax: 3 }, 2, 3],
    ['INC', { lanesMax: 1 }, 1, 1],
  ])('%s with %j: %i at first, %i at most', (taskType, asked, lanes, lanesMax) => {
    expect(resolveLanes(taskType, asked)).toEqual({ lanes, lanesMax, problems: [] });
  });

  it('are never fewer at most than at first', () => {
    expect(resolveLanes('INC', { lanes: 3, lanesMax: 2 }).problems).toEqual([
      {
        field: 'taskConfig.lanesMax',
        problem: '2 is fewer than the 3 lanes at first',
        remedy: 'Give a whole number from 3 to 4.',
      },
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { TASK_CONFIG_DEFAULTS, type DesiredTask } from '@lakeferry/contracts';
import { silentLogger } from '@lakeferry/observability';
import { TaskSet } from './task-set.js';

const TASK_ID = '01234567-89ab-4def-8123-456789abcdef';

const desired = (state: DesiredTask['state']) =>
  JSON.stringify({
    v: 1,
    taskId: TASK_ID,
    taskName: 'orders',
    source: 'local',
    tableName: 'public.orders',
    taskType: 'INC',
    state,
    lanes: 1,
    config: {
      ossPrefix: 'orders',
      ossBucket: 'lake',
      format: 'Parquet',
      timeZone: 'UTC',
      ...TASK_CONFIG_DEFAULTS,
      schema: [
        {
          columnName: 'id',
          ossColumnName: 'id',
          type: 'INT64',
          encode: 'PLAIN',
          sourceType: 'int8',
        },
      ],
      fileBytesTarget: 1,
      fileAgeSecondsMax: 1,
    },
    schemaVersion: 1,
    createdAt: '2026-11-20T09:00:00.000Z',
  } satisfies DesiredTask);

function open() {
  const events: string[] = [];
  const tasks = new TaskSet(
    (first) => {
      events.push(`start ${first.state}`);
      return {
        update: (task) => events.push(`update ${task.state}`),
        stop: () => {
          events.push('stop');
          return Promise.resolve();
        },
      };
    },
    silentLogger,
    () => events.push('released'),
  );
  return { tasks, events };
}

describe('TaskSet', () => {
  test.each([
    [
      ['active', 'paused', 'active'],
      ['start active', 'update paused', 'update active'],
    ],
    [
      ['paused', 'deleting', null],
      ['start paused', 'stop', 'released'],
    ],
    [
      ['active', 'finished', 'active'],
      ['start active', 'stop', 'start active', 'released'],
    ],
    [['finished', 'deleting', null], []],
    [
      ['active', null],
      ['start active', 'stop', 'released'],
    ],
  ] as const)('%j', async (states, expected) => {
    const { tasks, events } = open();
    for (const state of states) tasks.take(TASK_ID, state === null ? null : desired(state));
    await new Promise(setImmediate);
    expect(events).toEqual(expected);
  });

  test('leaves a task as it is when its desired state can not be read', () => {
    const { tasks, events } = open();
    tasks.take(TASK_ID, desired('active'));
    tasks.take(TASK_ID, 'no JSON');
    tasks.take(TASK_ID, '{"v":2}');
    expect(events).toEqual(['start active']);
  });

  test('stops all tasks when it is closed, and takes no more', async () => {
    const { tasks, events } = open();
    tasks.take(TASK_ID, desired('active'));
    await tasks.close();
    tasks.take(TASK_ID, desired('active'));
    expect(events).toEqual(['start active', 'stop', 'released']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { TASK_CONFIG_DEFAULTS } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { StoredTask } from '@lakeferry/task-store';
import { TaskUpdater, type TaskUpdaterOptions } from './task-updater.js';

const TASK = {
  ...{ taskId: 't', source: 'shop', tableName: 'public.t', taskName: 'orders', lanes: 1 },
  ...{ taskType: 'INC', state: 'active', revision: 3, schemaVersion: 1, warnings: [] },
  config: {
    ...TASK_CONFIG_DEFAULTS,
    ...{ ossPrefix: 'p', ossBucket: 'lake', format: 'Parquet', timeZone: 'UTC', schema: [] },
    ...{ fileBytesTarget: 1_000_000, fileAgeSecondsMax: 60 },
  },
} as unknown as StoredTask;
const FASTER = { taskConfig: { fileAgeSecondsMax: 5 } };

/** A task whose record is another one by the time it is written, so many times. */
function moving(times: number, revisionAfter = 3) {
  let moved = 0;
  const read = () => ({
    ...TASK,
    schemaVersion: 1 + moved,
    revision: moved > 0 ? revisionAfter : 3,
  });
  const options = {
    statuses: { of: () => ({ route: { state: 'on' }, writers: new Map(), encoders: new Map() }) },
    store: {
      tasks: {
        update: (task: StoredTask, { config }: { config: StoredTask['config'] }) => {
          if (moved < times) {
            moved += 1;
            return Promise.resolve(undefined);
          }
          return Promise.resolve({ ...task, config, revision: task.revision + 1 });
        },
      },
    },
  } as unknown as TaskUpdaterOptions;
  const updater = new TaskUpdater(options);
  return (ifMatch?: string) => updater.update(() => Promise.resolve(read()), FASTER, ifMatch);
}

describe('a change of a task that moves meanwhile', () => {
  it('begins anew, from what the task is by then', async () => {
    const { task, isNew } = await moving(2)();
    expect(task).toMatchObject({ schemaVersion: 3, config: { fileAgeSecondsMax: 5 } });
    expect(isNew).toBe(true);
  });

  it('that builds on a revision stands while the revision is the same', async () => {
    await expect(moving(1)('"3"')).resolves.toMatchObject({ isNew: true });
    await expect(moving(1, 4)('"3"')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('builds on revision 3'),
    });
  });

  it('gives up in the end', async () => {
    await expect(moving(99)()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});

describe('a change of a task that another one stands against by now', () => {
  const COLLIDES = new DeliveryError('PREFIX_COLLISION', 'they meet');
  const options = {
    statuses: { of: () => ({ route: { state: 'on' }, writers: new Map(), encoders: new Map() }) },
    collision: () => COLLIDES,
    store: {
      tasks: {
        update: (task: StoredTask, _: unknown, refusal: (others: StoredTask[]) => Error | null) => {
          const refused = refusal([]);
          return refused === null ? Promise.resolve({ ...task }) : Promise.reject(refused);
        },
      },
    },
  } as unknown as TaskUpdaterOptions;
  const update = (taskConfig: object) =>
    new TaskUpdater(options).update(() => Promise.resolve(TASK), { taskConfig });

  it('stands while its objects lie as before', async () => {
    await expect(update({ fileAgeSecondsMax: 5 })).resolves.toMatchObject({ isNew: true });
  });

  it.each([{ ossPrefix: 'q' }, { ossDirtyPrefix: 'q' }])('is refused: %j', async (config) => {
    await expect(update(config)).rejects.toBe(COLLIDES);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatusRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { openTaskStore, type TaskStore } from './open-task-store.js';
import type { OutboxRecord } from './outbox-repository.js';
import { createControlDatabase, type ControlDatabase } from './testing/control-database.js';
import { seedTask } from './testing/seed-task.js';
import { testControlUrl } from './testing/test-control-url.js';

let database: ControlDatabase;
let store: TaskStore;

/** What waits in the outbox; emptied by the call. */
async function takeOutbox(): Promise<OutboxRecord[]> {
  const taken: OutboxRecord[] = [];
  await store.outbox.publishNext(1000, (records) => {
    taken.push(...records);
    return Promise.resolve();
  });
  return taken;
}

beforeAll(async () => {
  database = await createControlDatabase(testControlUrl());
}, 60_000);

afterAll(async () => {
  await store.close();
  await database[Symbol.asyncDispose]();
});

describe('the migrations', () => {
  it('are applied once when several processes start at the same time', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openTaskStore(database.url)));
    store = stores[0] as TaskStore;
    await Promise.all(stores.map((each) => each.ping()));
    await Promise.all(stores.slice(1).map((each) => each.close()));
  }, 60_000);

  it('say so when the database can not be reached', async () => {
    const nobody = openTaskStore('postgres://postgres@127.0.0.1:1/none');
    await expect(nobody).rejects.toMatchObject({ code: 'CONTROL_UNAVAILABLE' });
    const missing = new URL(database.url);
    missing.pathname = '/there_is_no_such_database';
    await expect(openTaskStore(missing.href)).rejects.toMatchObject({
      code: 'CONTROL_UNAVAILABLE',
    });
  });
});

describe('sources', () => {
  it('get partitions of their own and a record in the outbox', async () => {
    const one = await store.sources.create({ name: 'one', sealedUrl: 'x' });
    const two = await store.sources.create({ name: 'two', sealedUrl: 'y' });
    expect([one.partition, two.partition]).toEqual([0, 1]);
    await expect(store.sources.create({ name: 'one', sealedUrl: 'z' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await store.sources.changeUrl('one', 'w');
    const records = await takeOutbox();
    expect(records.map(({ key, partition }) => [key, partition])).toEqual([
      ['one', 0],
      ['two', 1],
      ['one', 0],
    ]);
    expect(JSON.parse(records[2]?.value ?? '')).toMatchObject({ sealedUrl: 'w', kind: 'postgres' });
  });
});

describe('tasks', () => {
  it('change state together with their record, from the named states only', async () => {
    const task = await seedTask(store, { state: 'creating' });
    expect(await takeOutbox()).toHaveLength(1);
    expect(await store.tasks.changeState(task.taskId, ['active'], 'paused')).toBeUndefined();
    expect(await takeOutbox()).toEqual([]);
    expect(await store.tasks.changeState(task.taskId, ['creating'], 'active')).toMatchObject({
      state: 'active',
    });
    const [record] = await takeOutbox();
    expect(record).toMatchObject({ topic: 'lakeferry.tasks', key: task.taskId });
    expect(JSON.parse(record?.value ?? '')).toMatchObject({ state: 'active', lanes: 1 });
  });

  it('have one name among those that are not deleted', async () => {
    const task = await seedTask(store, { taskName: 'same-name' });
    await expect(seedTask(store, { taskName: 'same-name' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await store.tasks.changeState(task.taskId, ['active'], 'deleting');
    await store.tasks.markDeleted(task.taskId, [`${task.taskId}/route`]);
    await takeOutbox();
    const again = await seedTask(store, { taskName: 'same-name' });
    expect(again.taskId).not.toBe(task.taskId);
    expect(await store.tasks.find(again)).toMatchObject({ taskId: again.taskId });
    expect(await store.tasks.get(task.taskId)).toMatchObject({ state: 'deleted' });
  });

  it('are refused by the caller without a trace', async () => {
    const task = await seedTask(store);
    const refused = new DeliveryError('PREFIX_COLLISION', 'keys could collide');
    const { createdAt: _, ...rest } = task;
    await expect(
      store.tasks.create({ ...rest, taskName: 'other', requested: {} }, (others) => {
        expect(others.map(({ taskId }) => taskId)).toContain(task.taskId);
        return refused;
      }),
    ).rejects.toBe(refused);
    expect(await store.tasks.list({ taskName: 'other' })).toEqual([]);
  });

  it('leave tombstones when they are deleted', async () => {
    const { taskId } = await seedTask(store);
    await store.tasks.changeState(taskId, ['active'], 'deleting');
    await takeOutbox();
    await store.tasks.markDeleted(taskId, [`${taskId}/route`]);
    await store.tasks.markDeleted(taskId, [`${taskId}/route`]);
    expect(await takeOutbox()).toEqual([
      { topic: 'lakeferry.tasks', key: taskId, value: null },
      { topic: 'lakeferry.status', key: `${taskId}/route`, value: null },
    ]);
  });
});

describe('the outbox', () => {
  it('keeps what could not be published, in order', async () => {
    await takeOutbox();
    await store.sources.create({ name: 'first', sealedUrl: 'x' });
    await store.sources.create({ name: 'second', sealedUrl: 'x' });
    const broken = store.outbox.publishNext(1, () => Promise.reject(new Error('no broker')));
    await expect(broken).rejects.toBeInstanceOf(Error);
    expect((await takeOutbox()).map(({ key }) => key)).toEqual(['first', 'second']);
    expect(await takeOutbox()).toEqual([]);
  });

  it('is published by one process at a time', async () => {
    await store.sources.create({ name: 'third', sealedUrl: 'x' });
    let second = -1;
    await store.outbox.publishNext(10, async () => {
      second = await store.outbox.publishNext(10, () => Promise.resolve());
    });
    expect(second).toBe(0);
  });
});

describe('statuses', () => {
  it('keep the newest per subject', async () => {
    const value: StatusRecord = {
      kind: 'scan',
      taskId: 'a',
      state: 'running',
      ...{ pagesTotal: 9, pagesDone: 1, rows: 1, bytes: 1, end: null, error: null },
    };
    await store.statuses.save('a/scan', value);
    await store.statuses.save('a/scan', { ...value, pagesDone: 2 });
    expect((await store.statuses.all()).get('a/scan')).toEqual({ ...value, pagesDone: 2 });
    await store.statuses.remove('a/scan');
    expect((await store.statuses.all()).has('a/scan')).toBe(false);
  });
});

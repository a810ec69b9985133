import { describe, expect, it, jest } from '@jest/globals';
import type { DesiredTask, SourceRoute, StatusRecord, TaskPlan } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { TopicMessages } from '@lakeferry/kafka';
import { silentLogger } from '@lakeferry/observability';
import type { PgSession } from '@lakeferry/postgres';
import { must, systemClock } from '@lakeferry/runtime';
import { DesiredTasks } from './desired-tasks.js';
import { RouteTable } from './route-table.js';
import type { TaskSupervisorOptions } from './task-supervisor.js';
import * as postgres from '@lakeferry/postgres';

const dropTables = jest.fn(() => Promise.resolve());
jest.unstable_mockModule('@lakeferry/postgres', () => ({
  ...postgres,
  connectPostgres: () => Promise.resolve({ close: () => Promise.resolve() }),
  describeTable: (_session: unknown, oid: number) => Promise.resolve({ oid }),
  dropTables,
}));
let prepared = Promise.withResolvers<SourceRoute>();
jest.unstable_mockModule('./add-route.js', () => ({ prepareRoute: () => prepared.promise }));
let found = Promise.withResolvers<TaskPlan>();
jest.unstable_mockModule('../scan/find-plan.js', () => ({ findPlan: () => found.promise }));
let verdict = Promise.withResolvers<object>();
jest.unstable_mockModule('./route-guard.js', () => ({
  checkRoutes: async (_session: unknown, _publication: string, routes: readonly SourceRoute[]) => {
    const found = await verdict.promise;
    return new Map(routes.map(({ task }) => [task.taskId, found]));
  },
}));
const { TaskSupervisor } = await import('./task-supervisor.js');

function desiredTask(taskId: string, state: DesiredTask['state']): DesiredTask {
  return {
    ...{ v: 1, taskId, taskName: taskId, source: 'shop', tableName: 'public.orders', state },
    ...{ taskType: 'INC', lanes: 1, schemaVersion: 1, createdAt: '2026-01-01T00:00:00.000Z' },
    config: { schema: [], ossPrefix: 'p', timeZone: 'UTC' },
  } as unknown as DesiredTask;
}

function routeOf(task: DesiredTask): SourceRoute {
  return {
    ...{ v: 1, task, tableOid: 1, key: [], row: [], leafOids: [], halted: null, plan: null },
    lanes: [{ from: '0/0', count: 1 }],
  };
}

const TABLE = { table: 'public.orders', columns: [] };

function start(tasks: readonly DesiredTask[], routed: readonly SourceRoute[]) {
  prepared = Promise.withResolvers();
  found = Promise.withResolvers();
  verdict = Promise.withResolvers();
  dropTables.mockClear();
  const stop = new AbortController();
  const desired = new DesiredTasks(silentLogger);
  // Past the schema of the contract: these tasks are as small as the test allows.
  const known = new Map(tasks.map((task) => [task.taskId, task]));
  desired.get = (taskId) => known.get(taskId) ?? null;
  desired.knows = (taskId) => known.has(taskId);
  desired.ofSource = () => [...tasks];
  const routes = new RouteTable();
  for (const route of routed) routes.set(route);
  const published: TopicMessages[] = [];
  const reported: StatusRecord[] = [];
  const supervisor = new TaskSupervisor({
    ...{ source: 'shop', names: { slot: 'slot', publication: 'publication' }, routes },
    runtime: {
      ...{ desired, clock: systemClock, logger: silentLogger },
      config: { installation: 'test', planSecondsMax: 60, scanChunkPages: 1 },
      url: { reveal: () => 'postgresql://test' },
      status: { report: (status: StatusRecord) => reported.push(status) },
      heldBytes: { track: () => undefined, forget: () => undefined, bytesOf: () => 0 },
    },
    publisher: {
      request: (messages: readonly TopicMessages[]) => {
        published.push(...messages);
        return Promise.resolve();
      },
    },
    sink: { routesChanged: () => undefined },
    renewProducer: () => Promise.resolve(),
  } as unknown as TaskSupervisorOptions);
  const running = supervisor.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  const desire = (task: DesiredTask) => {
    known.set(task.taskId, task);
    desired.apply(task.taskId, null);
  };
  return { supervisor, routes, published, reported, desire, end };
}

describe('TaskSupervisor', () => {
  it('leaves a table published that another task is about to use', async () => {
    const leaving = desiredTask('leaving', 'deleting');
    const coming = desiredTask('coming', 'active');
    const { routes, end } = start([coming, leaving], [routeOf(leaving)]);
    await systemClock.sleep(20);
    expect(routes.get('leaving')).toBeUndefined();
    prepared.resolve(routeOf(coming));
    await systemClock.sleep(20);
    expect(routes.ofTable(1)).toHaveLength(1);
    expect(dropTables).not.toHaveBeenCalled();
    found.reject(new DeliveryError('SOURCE_UNAVAILABLE', 'the test ends'));
    await end();
  });

  it('takes a table out of the publication behind its last task', async () => {
    const leaving = desiredTask('leaving', 'deleting');
    const { end } = start([leaving], [routeOf(leaving)]);
    await systemClock.sleep(20);
    expect(dropTables).toHaveBeenCalledTimes(1);
    await end();
  });

  it('remembers the partitions that were looked through', async () => {
    const task = desiredTask('task', 'active');
    const { supervisor, routes, end } = start([task], [routeOf(task)]);
    verdict.resolve({ kind: 'sound', leafOids: [2, 3], table: TABLE });
    await supervisor.guard({} as PgSession);
    expect(routes.get('task')?.route.leafOids).toEqual([2, 3]);
    found.reject(new DeliveryError('SOURCE_UNAVAILABLE', 'the test ends'));
    await end();
  });

  it('says of a task that left nothing more than that, whatever a check found before', async () => {
    const task = desiredTask('task', 'active');
    const planned = { ...routeOf(task), plan: { c: '0/1' } as unknown as TaskPlan };
    const { supervisor, reported, desire, end } = start([task], [planned]);
    const guarding = supervisor.guard({} as PgSession);
    desire(desiredTask('task', 'deleting'));
    await systemClock.sleep(20);
    verdict.resolve({ kind: 'halt', error: new DeliveryError('SOURCE_TABLE_CHANGED', 'dropped') });
    await guarding;
    expect(reported.at(-1)).toMatchObject({ kind: 'route', state: 'off' });
    await end();
  });

  it('keeps a task halted that was halted while its starting point was looked for', async () => {
    const task = desiredTask('task', 'active');
    const { supervisor, routes, published, end } = start([task], [routeOf(task)]);
    const active = must(routes.get('task'), 'the task is routed');
    supervisor.haltNow(active, new DeliveryError('SOURCE_TABLE_CHANGED', 'a column is gone'));
    found.resolve({ v: 1, c: '0/1' } as unknown as TaskPlan);
    await systemClock.sleep(20);
    expect(routes.get('task')?.route).toMatchObject({ plan: null, halted: expect.anything() });
    expect(published).toHaveLength(1);
    await end();
  });
});

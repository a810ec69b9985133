import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RouteStatus, WriterStatus } from '@lakeferry/contracts';
import { eventually } from '@lakeferry/testing';
import { column } from './testing/fake-changefeed.js';
import { TaskApiHarness } from './testing/task-api-harness.js';

const LIMIT_MS = 60_000;
const ORDERS = [column('id', 'int8', { notNull: true }), column('note', 'text')];
const ID = { columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN' };
const NOTE = { columnName: 'note', ossColumnName: 'note', type: 'UTF8', encode: 'PLAIN' };
let api: TaskApiHarness;

beforeAll(async () => {
  api = await TaskApiHarness.open('shop=postgres://reader:secret@db.example:5433/shop');
  api.changefeed.tables.set('public.orders', ORDERS);
  await eventually(async () => (await api.call('GET', '/readyz')).status === 200 || undefined);
}, LIMIT_MS);

afterAll(async () => {
  await api[Symbol.asyncDispose]();
}, LIMIT_MS);

const path = (taskName: string) => `/v1/tasks/shop/public.orders/${taskName}`;

function routeOf(taskId: string, change: Partial<RouteStatus> = {}): RouteStatus {
  const counts = { rows: 0, bytes: 0, bytesHeld: 0, unchangedToast: 0 };
  return {
    ...{ kind: 'route', taskId, state: 'on', c: '0/10', waitingFor: null, error: null },
    ...{ ...counts, version: 1, revision: 1, table: 'public.orders', notes: [], changes: [] },
    ...change,
  };
}

const writerOf = (taskId: string): WriterStatus => ({
  ...{ kind: 'writer', taskId, lane: 0, baseVisible: true, error: null },
  ...{ deliveredLsn: '0/20', deliveredAt: '2026-11-20T10:00:00.5Z' },
});

/** A task whose base is delivered. */
async function running(taskName: string): Promise<string> {
  const taskConfig = { ossPrefix: `${taskName}/year=$yyyy`, ossBucket: 'lake' };
  const request = { source: 'shop', tableName: 'orders', taskName, taskConfig };
  const { status, body } = await api.call('POST', '/v1/tasks', request);
  expect([status, body['detail']]).toEqual([201, undefined]);
  const taskId = String(body['taskId']);
  await api.report(routeOf(taskId), writerOf(taskId));
  await until(taskName, ({ phase, state }) => phase === 'INCR' && state === 'active');
  return taskId;
}

function until(taskName: string, wanted: (view: Record<string, unknown>) => boolean) {
  return eventually(async () => {
    const { body } = await api.call('GET', path(taskName));
    return wanted(body) ? body : undefined;
  });
}

async function wished(taskId: string) {
  const told = await api.told('lakeferry.tasks', taskId);
  return told.at(-1) as { revision: number; schemaRevision: number; schemaVersion: number };
}

const patch = (taskName: string, body: object) => api.call('PATCH', path(taskName), body);

describe('changing a running task', () => {
  it('tells the services what is wanted, and the user what is not in force yet', async () => {
    const taskId = await running('wish');
    const { status, body } = await patch('wish', { taskConfig: { ossPrefix: 'wish/month=$MM' } });
    expect([status, body['detail']]).toEqual([200, undefined]);
    expect(body).toMatchObject({ revision: 2, pendingRevision: 2, schemaVersion: 1 });
    expect(body['taskConfig']).toMatchObject({ ossPrefix: 'wish/month=$MM' });
    await eventually(async () => (await wished(taskId)).revision === 2 || undefined);
    expect(await wished(taskId)).toMatchObject({
      ...{ schemaRevision: 2, schemaVersion: 1, config: { ossPrefix: 'wish/month=$MM' } },
    });
    await api.report(routeOf(taskId, { version: 2, revision: 2 }));
    const view = await until('wish', ({ pendingRevision }) => pendingRevision === null);
    expect(view).toMatchObject({ revision: 2, schemaVersion: 2 });
    await eventually(async () => (await wished(taskId)).schemaVersion === 2 || undefined);
  });

  it('has limits and role in force at once, while the base is scanned too', async () => {
    const taskId = await running('limits');
    await api.report({ ...writerOf(taskId), baseVisible: false });
    await until('limits', ({ phase }) => phase === 'FULL');
    const limits = { fileBytesTarget: 1_000_000, ossStsRole: 'other', schemaChanges: 'follow' };
    const { body } = await patch('limits', { taskConfig: limits });
    expect(body).toMatchObject({ revision: 2, pendingRevision: null });
    await eventually(async () => (await wished(taskId)).revision === 2 || undefined);
    expect(await wished(taskId)).toMatchObject({ schemaRevision: 1, config: limits });
    const refused = await patch('limits', { taskConfig: { timeZone: 'Asia/Tokyo' } });
    expect([refused.status, refused.body['code']]).toEqual([409, 'FAILED_PRECONDITION']);
    expect(refused.body['detail']).toContain('phase FULL');
    expect((await api.call('GET', path('limits'))).body).toMatchObject({ revision: 2 });
  });

  it('refuses what would make another task, what is wrong, and changes nothing of it', async () => {
    await running('refused');
    const schema = [{ columnName: 'nothing', type: 'UTF8' }];
    const { status, body } = await patch('refused', {
      taskConfig: { ossBucket: 'other', ossPrefix: 'x' },
    });
    expect([status, body['code']]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(body['errors']).toEqual([
      {
        field: 'taskConfig.ossBucket',
        problem: 'can not be changed of a task',
        remedy: 'Create another task.',
      },
    ]);
    const unknown = await patch('refused', {
      taskConfig: { parquetSchema: schema, codec: 'GZIP' },
    });
    expect(unknown.body['detail']).toContain('nothing');
    const { body: view } = await api.call('GET', path('refused'));
    expect(view).toMatchObject({ revision: 1, taskConfig: { codec: 'SNAPPY' } });
  });

  it('refuses a change that builds on what is no longer so', async () => {
    await running('stale');
    expect((await patch('stale', { revision: 1, taskConfig: { codec: 'GZIP' } })).status).toBe(200);
    const late = await patch('stale', { revision: 1, taskConfig: { codec: 'ZSTD' } });
    expect([late.status, late.body['code']]).toEqual([409, 'FAILED_PRECONDITION']);
    const seen = await patch('stale', { revision: 2, taskConfig: { codec: 'ZSTD' } });
    expect(seen.body).toMatchObject({ revision: 3, taskConfig: { codec: 'ZSTD' } });
    const same = await patch('stale', { taskConfig: { codec: 'ZSTD' } });
    expect(same.body).toMatchObject({ revision: 3 });
  });

  it('refuses a prefix under which another task of the name delivers', async () => {
    await running('one-name');
    api.changefeed.tables.set('public.other', ORDERS);
    const taskConfig = { ossPrefix: 'elsewhere', ossBucket: 'lake' };
    const other = { source: 'shop', tableName: 'other', taskName: 'one-name', taskConfig };
    expect((await api.call('POST', '/v1/tasks', other)).status).toBe(201);
    const { body } = await patch('one-name', { taskConfig: { ossPrefix: 'elsewhere' } });
    expect(body['code']).toBe('PREFIX_COLLISION');
  });

  it('takes over what the stream changed, and builds on it', async () => {
    const taskId = await running('follows');
    const more = { ...NOTE, columnName: 'more', ossColumnName: 'more', sourceType: 'text' };
    const changes: RouteStatus['changes'] = [
      { version: 2, kind: 'followed', column: more as never },
      { version: 2, kind: 'altered', from: 'note', columnName: 'remark', sourceType: 'text' },
    ];
    const note = { code: 'COLUMN_RENAMED', column: 'remark', message: 'x', remedy: null, at: '' };
    await api.report(routeOf(taskId, { version: 2, changes, notes: [note as never] }));
    const view = await until('follows', ({ schemaVersion }) => schemaVersion === 2);
    expect(view['notes']).toEqual([note]);
    await eventually(async () => (await wished(taskId)).schemaVersion === 2 || undefined);
    const { body } = await patch('follows', { taskConfig: { codec: 'ZSTD' } });
    const columns = (body['taskConfig'] as { parquetSchema: { columnName: string }[] })
      .parquetSchema;
    expect(columns.map(({ columnName }) => columnName)).toEqual(['id', 'remark', 'more']);
    const without = await patch('follows', { taskConfig: { parquetSchema: [ID] } });
    expect(without.body).toMatchObject({ revision: 3, pendingRevision: 3 });
    await eventually(async () => (await wished(taskId)).revision === 3 || undefined);
    expect(await wished(taskId)).toMatchObject({ schemaVersion: 2, schemaRevision: 3 });
  });

  it('asks the source by the name that the table has now', async () => {
    const taskId = await running('renamed');
    api.changefeed.tables.set('public.renamed', ORDERS);
    await api.report(routeOf(taskId, { table: 'public.renamed' }));
    await eventually(async () => {
      api.changefeed.asked.length = 0;
      await patch('renamed', { taskConfig: { parquetSchema: [ID] } });
      const { body } = api.changefeed.asked.find(({ action }) => action === 'table') ?? {};
      return body?.['table'] === 'public.renamed' || undefined;
    });
  });
});

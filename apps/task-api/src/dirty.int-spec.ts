import 'reflect-metadata';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { taskTopics, type DirtyRecord } from '@lakeferry/contracts';
import { RecordPublisher } from '@lakeferry/kafka';
import { eventually } from '@lakeferry/testing';
import { column } from './testing/fake-changefeed.js';
import { TaskApiHarness } from './testing/task-api-harness.js';

const LIMIT_MS = 60_000;
const TASK = '/v1/tasks/dirt/public.orders/taskTest_29';
const FILE = '00000000-0000-4000-8000-000000000001';
const require = createRequire(import.meta.url);
const PROTO = join(
  dirname(dirname(require.resolve('@lakeferry/contracts'))),
  'proto/lakeferry/v1/delivery.proto',
);
let api: TaskApiHarness;
let taskId = '';

beforeAll(async () => {
  const settings = { LAKEFERRY_TASK_NAMES: 'samples' };
  api = await TaskApiHarness.open('dirt=postgres://reader@db.example/shop', settings);
  api.changefeed.tables.set('public.orders', [column('id', 'int8'), column('note', 'text')]);
  await eventually(async () => (await api.call('GET', '/readyz')).status === 200);
  const { body } = await api.call('POST', '/v1/tasks', request('taskTest_29', 'orders/$yyyy'));
  taskId = String(body['taskId']);
  await eventually(async () => (await api.call('GET', TASK)).body['state'] === 'active');
}, LIMIT_MS);

afterAll(async () => {
  await api[Symbol.asyncDispose]();
}, LIMIT_MS);

function request(taskName: string, ossPrefix: string, change: object = {}) {
  const parquetSchema = [{ columnName: '$op' }, { columnName: 'id', type: 'INT64' }];
  const taskConfig = {
    ...{ ossPrefix, ossBucket: 'lake', ossDirtyPrefix: 'orders-dirty' },
    ...{ parquetSchema, deletes: 'flag', ...change },
  };
  return { source: 'dirt', tableName: 'orders', taskName, taskConfig };
}

function field(at: number, change: Partial<DirtyRecord> = {}): DirtyRecord {
  return {
    ...{ v: 1, fileId: FILE, identity: ['0/1', '0/1', at], op: 'u' },
    ...{ at: '2026-11-20T10:00:00.123456Z', column: 'note', reason: 'too long' },
    ...{ value: `value ${at}`, ...change },
  };
}

async function publish(lane: number, fields: readonly DirtyRecord[]): Promise<void> {
  const publisher = new RecordPublisher(api.kafka);
  const records = fields.map((each) => ({
    ...{ partition: lane, key: each.reason, value: JSON.stringify(each) },
  }));
  await publisher.publish(taskTopics('taskTest_29', taskId).dirty, records);
  await publisher.close();
}

async function ask(limit: number): Promise<Record<string, unknown>> {
  const loader = { keepCase: true, longs: String, defaults: false, oneofs: true };
  const loaded = grpc.loadPackageDefinition(loadSync(PROTO, loader)) as unknown as {
    lakeferry: { v1: { DeliveryService: grpc.ServiceClientConstructor } };
  };
  const { DeliveryService } = loaded.lakeferry.v1;
  const credentials = grpc.credentials.createInsecure();
  const client = new DeliveryService(`127.0.0.1:${api.grpcPort}`, credentials);
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${api.token}`);
  const message = { source: 'dirt', tableName: 'orders', taskName: 'taskTest_29', limit };
  try {
    return await new Promise((resolve, reject) => {
      const done = (error: Error | null, answer: Record<string, unknown>) =>
        error === null ? resolve(answer) : reject(error);
      client['ListDirtyFields']?.(message, metadata, done);
    });
  } finally {
    client.close();
  }
}

describe('a task with flagged deletes and dirty objects', () => {
  it('is shown with what was resolved', async () => {
    const { body } = await api.call('GET', TASK);
    expect(body['taskConfig']).toMatchObject({
      ...{ deletes: 'flag', ossDirtyPrefix: 'orders-dirty' },
      parquetSchema: [
        { columnName: '$op', ossColumnName: '$op', type: 'UTF8', sourceType: '$op' },
        { columnName: 'id', type: 'INT64', sourceType: 'int8' },
      ],
    });
  });

  it('is refused where its dirty objects would lie among rows', async () => {
    const own = request('other', 'rows/$yyyy', { ossDirtyPrefix: 'rows/dirty' });
    const refused = await api.call('POST', '/v1/tasks', own);
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(refused.body['errors']).toMatchObject([{ field: 'taskConfig.ossDirtyPrefix' }]);
    const others = request('other', 'rows/$yyyy', { ossDirtyPrefix: 'orders/dirty' });
    const mixed = await api.call('POST', '/v1/tasks', others);
    expect(mixed).toMatchObject({ status: 409, body: { code: 'PREFIX_COLLISION' } });
  });
});

describe('the dirty fields of a task', () => {
  it('are none while there are none, and the newest once there are some', async () => {
    expect(await api.call('GET', `${TASK}/dirty`)).toMatchObject({
      ...{ status: 200, body: { fields: [] } },
    });
    await publish(0, [field(0), field(1), field(2)]);
    await publish(2, [field(3), field(4, { column: null, omitted: 9 })]);
    const { body } = await api.call('GET', `${TASK}/dirty?limit=3`);
    expect(body['fields']).toMatchObject([
      { lane: 2, identity: ['0/1', '0/1', 4], column: null, omitted: 9 },
      { lane: 2, fileId: FILE, op: 'u', column: 'note', reason: 'too long', value: 'value 3' },
      { lane: 0, at: '2026-11-20T10:00:00.123456Z', value: 'value 2' },
    ]);
    const all = await api.call('GET', `${TASK}/dirty`);
    expect(all.body['fields']).toHaveLength(5);
  });

  it('are told over gRPC too', async () => {
    expect(await ask(1)).toEqual({
      fields: [
        {
          ...{ lane: 2, fileId: FILE, identity: '["0/1","0/1",4]', op: 'u' },
          ...{ at: '2026-11-20T10:00:00.123456Z', reason: 'too long', value: 'value 4' },
          ...{ omitted: '9', _fileId: 'fileId', _op: 'op', _at: 'at' },
          ...{ _value: 'value', _omitted: 'omitted' },
        },
      ],
    });
  });

  it.each(['0', '501', 'many'])('are not listed with limit=%s', async (limit) => {
    const { status, body } = await api.call('GET', `${TASK}/dirty?limit=${limit}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ field: 'limit' }]);
  });

  it('of a task that is not there are not found', async () => {
    expect(await api.call('GET', '/v1/tasks/dirt/orders/none/dirty')).toMatchObject({
      status: 404,
    });
  });
});

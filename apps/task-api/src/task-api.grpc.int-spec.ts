import 'reflect-metadata';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import type { RouteStatus } from '@lakeferry/contracts';
import { eventually } from '@lakeferry/testing';
import { column } from './testing/fake-changefeed.js';
import { TaskApiHarness } from './testing/task-api-harness.js';

const LIMIT_MS = 60_000;
const LOADER = { keepCase: true, longs: String, enums: String, defaults: false, oneofs: true };
const require = createRequire(import.meta.url);
const PROTO = join(
  dirname(dirname(require.resolve('@lakeferry/contracts'))),
  'proto/lakeferry/v1/delivery.proto',
);

type Reply = Record<string, unknown>;
interface Failure extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: grpc.Metadata;
}

let api: TaskApiHarness;

beforeAll(async () => {
  api = await TaskApiHarness.open('wired=postgres://reader@db.example/shop');
  api.changefeed.tables.set('public.orders', [
    column('id', 'int8'),
    column('at', 'text'),
    column('total', 'numeric', { sqlType: 'numeric(10,2)', precision: 10, scale: 2 }),
  ]);
  await eventually(async () => (await api.call('GET', '/readyz')).status === 200);
}, LIMIT_MS);

afterAll(async () => {
  await api[Symbol.asyncDispose]();
}, LIMIT_MS);

async function ask(
  method: string,
  message: Reply,
  on: { definition?: PackageDefinition; service?: string; token?: string } = {},
): Promise<Reply> {
  const definition = on.definition ?? loadSync(PROTO, LOADER);
  const path = on.service ?? 'lakeferry.v1.DeliveryService';
  const loaded = path
    .split('.')
    .reduce<unknown>(
      (at, part) => (at as Record<string, unknown>)[part],
      grpc.loadPackageDefinition(definition),
    );
  const Client = loaded as grpc.ServiceClientConstructor;
  const address = `127.0.0.1:${api.grpcPort}`;
  const client = new Client(address, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${on.token ?? api.token}`);
  try {
    return await new Promise((resolve, reject) => {
      const call = client[method] as (...rest: unknown[]) => void;
      call.call(client, message, metadata, (error: Error | null, reply: Reply) =>
        error === null ? resolve(reply) : reject(error),
      );
    });
  } finally {
    client.close();
  }
}

async function failureOf(method: string, message: Reply, token?: string): Promise<Failure> {
  const on = token === undefined ? {} : { token };
  return ask(method, message, on).then(
    () => Promise.reject(new Error('the call was answered')),
    (error: unknown) => error as Failure,
  );
}

const NAME = { source: 'wired', tableName: 'orders', taskName: 'over-grpc' };

describe('the gRPC API', () => {
  it(
    'creates, describes, lists, pauses, resumes and deletes',
    async () => {
      const created = await ask('CreateDeliveryTask', {
        ...NAME,
        taskConfig: {
          ossPrefix: 'g/year=$yyyy',
          ossBucket: 'lake',
          eventTimeColumn: { columnName: 'at', timeFormat: 'RFC1123' },
          schema: [
            { columnName: 'id', type: 'INT64' },
            { columnName: 'total', ossColumnName: 'sum', type: 'DECIMAL', typeExtend: '12,3' },
          ],
          fileBytesTarget: '1048576',
          fileAgeSecondsMax: 0.5,
          lanes: 2,
        },
      });
      const taskId = String(created['taskId']);
      expect(await ask('DescribeDeliveryTask', NAME)).toMatchObject({
        taskId,
        taskType: 'BASE_INC',
        taskConfig: {
          ossPrefix: 'g/year=$yyyy',
          format: 'Parquet',
          timeZone: 'UTC',
          eventTimeColumn: { columnName: 'at', timeFormat: 'RFC1123' },
          schema: [
            { columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN' },
            { ossColumnName: 'sum', typeExtend: '12,3' },
          ],
          fileBytesTarget: '1048576',
          lanes: 2,
        },
        task_sync_stat: { task_sync_phase: 'INIT', error_code: 'OK', code: 'OK', detail: '' },
      });
      const info = { tableName: 'public.orders', taskName: 'over-grpc', taskType: 'BASE_INC' };
      expect(await ask('ListDeliveryTask', { tableName: 'orders' })).toEqual({
        tasks: [{ ...info, source: 'wired' }],
      });
      expect(await ask('ListDeliveryTask', { source: 'other' })).toEqual({});
      const early = await failureOf('DeleteDeliveryTask', NAME);
      expect(early.code).toBe(grpc.status.FAILED_PRECONDITION);
      expect(early.metadata.get('lakeferry-code')).toEqual(['TASK_INITIALIZING']);

      const counts = { rows: 0, bytes: 0, bytesHeld: 0, unchangedToast: 0 };
      const route: RouteStatus = {
        ...{ kind: 'route', taskId, state: 'on', c: '0/1', waitingFor: null, error: null },
        ...counts,
      };
      await api.report(route);
      await eventually(async () => {
        const { task_sync_stat: stat } = await ask('DescribeDeliveryTask', NAME);
        return (stat as Reply)['task_sync_phase'] === 'FULL';
      });
      expect(await ask('GetStatement', { ...NAME, engine: 'hive' })).toEqual({
        engine: 'hive',
        statement: expect.stringContaining('PARTITIONED BY (`year` int)'),
      });
      const unknown = await failureOf('GetStatement', { ...NAME, engine: 'excel' });
      expect(unknown.code).toBe(grpc.status.INVALID_ARGUMENT);
      await ask('PauseDeliveryTask', NAME);
      expect(await ask('DescribeDeliveryTask', NAME)).toMatchObject({
        task_sync_stat: { state: 'paused' },
      });
      await ask('ResumeDeliveryTask', NAME);
      expect(await ask('DeleteDeliveryTask', NAME)).toEqual({});
      await api.report({ ...route, state: 'off' });
      await eventually(async () => {
        const failure = await failureOf('DescribeDeliveryTask', NAME);
        return Number(failure.code) === Number(grpc.status.NOT_FOUND);
      });
    },
    LIMIT_MS,
  );

  it('names every wrong field in the details', async () => {
    const failure = await failureOf('CreateDeliveryTask', {
      ...NAME,
      taskName: 'X',
      taskConfig: { ossPrefix: '/', ossBucket: 'lake', schema: [{ columnName: 'id' }] },
    });
    expect(failure.code).toBe(grpc.status.INVALID_ARGUMENT);
    expect(failure.metadata.get('lakeferry-code')).toEqual(['INVALID_ARGUMENT']);
    const details = String(failure.metadata.get('grpc-status-details-bin')[0]);
    for (const part of ['taskName', 'ossPrefix', 'parquetSchema[0].type', 'google.rpc.ErrorInfo']) {
      expect(details).toContain(part);
    }
  });

  it('asks for the token, but not for health', async () => {
    const failure = await failureOf('ListDeliveryTask', {}, 'wrong');
    expect(failure.code).toBe(grpc.status.UNAUTHENTICATED);
    const service = 'grpc.health.v1.Health';
    const on = { definition: loadSync(healthProto, LOADER), service, token: 'wrong' };
    expect(await ask('Check', { service: 'lakeferry.v1.DeliveryService' }, on)).toEqual({
      status: 'SERVING',
    });
  });

  it('describes itself by reflection', async () => {
    const proto = require.resolve('@grpc/reflection/package.json');
    const definition = loadSync(
      join(dirname(proto), 'build/proto/grpc/reflection/v1/reflection.proto'),
      LOADER,
    );
    const loaded = grpc.loadPackageDefinition(definition) as unknown as {
      grpc: { reflection: { v1: { ServerReflection: grpc.ServiceClientConstructor } } };
    };
    const { ServerReflection } = loaded.grpc.reflection.v1;
    const address = `127.0.0.1:${api.grpcPort}`;
    const client = new ServerReflection(address, grpc.credentials.createInsecure());
    const open = client['ServerReflectionInfo'] as () => grpc.ClientDuplexStream<Reply, Reply>;
    const stream = open.call(client);
    const answered = new Promise<Reply>((resolve, reject) => {
      stream.once('data', resolve);
      stream.once('error', reject);
    });
    stream.write({ list_services: '*' });
    expect(JSON.stringify(await answered)).toContain('lakeferry.v1.DeliveryService');
    stream.end();
    client.close();
  });
});

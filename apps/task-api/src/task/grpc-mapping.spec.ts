import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { codec, columnEncoding, deliveryType, type TableDescription } from '@lakeferry/contracts';
import { readRequest } from '../api/read-request.js';
import { column } from '../testing/fake-changefeed.js';
import { toDescription, toTaskRequest, type GrpcMessage } from './grpc-mapping.js';
import { resolveTask } from './resolve-task.js';
import { TASK_REMEDIES, taskRequest } from './task-request.js';
import type { TaskView } from './task-view.js';

const require = createRequire(import.meta.url);
const CONTRACTS = dirname(dirname(require.resolve('@lakeferry/contracts')));
const SERVICE = loadSync(join(CONTRACTS, 'proto', 'lakeferry', 'v1', 'delivery.proto'), {
  ...{ keepCase: true, longs: String, enums: String, oneofs: true },
})['lakeferry.v1.DeliveryService'] as unknown as Record<string, MethodDefinition<object, object>>;

const TABLE: TableDescription = {
  ...{ table: 'public.wide', oid: 1, key: ['id'] },
  columns: [
    ...[column('id', 'int8'), column('total', 'numeric'), column('words', '_text')],
    ...[column('doc', 'jsonb'), column('span', 'interval'), column('at', 'timestamptz')],
    ...[column('clock', 'time'), column('raw', 'bytea'), column('day', 'date')],
  ],
};

/** The message as the server reads it from the wire. */
function received(method: string, message: object): GrpcMessage {
  const { requestSerialize, requestDeserialize } = SERVICE[method] as MethodDefinition<
    object,
    object
  >;
  return requestDeserialize(requestSerialize(message)) as GrpcMessage;
}

function answered(method: string, message: object): GrpcMessage {
  const { responseSerialize, responseDeserialize } = SERVICE[method] as MethodDefinition<
    object,
    object
  >;
  return responseDeserialize(responseSerialize(message)) as GrpcMessage;
}

function request(taskConfig: object): object {
  const name = { source: 's', tableName: 'wide', taskName: 'wide-types' };
  return { ...name, taskConfig: { ossPrefix: 'p', ossBucket: 'lake', ...taskConfig } };
}

/** The configuration that a request leads to, as the answer tells it. */
function described(taskConfig: object): GrpcMessage {
  const message = received('CreateDeliveryTask', request(taskConfig));
  const { config, lanes } = resolveTask(
    readRequest(taskRequest, toTaskRequest(message), TASK_REMEDIES),
    TABLE,
  );
  const { schema, ...rest } = config;
  const view = {
    ...{ taskConfig: { ...rest, parquetSchema: schema, lanes }, taskType: 'BASE_INC' },
    ...{ warnings: [], notes: [], pendingRevision: null, revision: 1, schemaVersion: 1 },
    ...{ phase: 'INIT', state: 'active', errorCode: 'OK', deliveredUpTo: null, taskId: 'id' },
    ...{ message: null, remedy: null, rows: 0, bytes: 0, objects: 0, dirty: 0 },
  } as unknown as TaskView;
  const answer = answered('DescribeDeliveryTask', toDescription(view));
  return answer['taskConfig'] as GrpcMessage;
}

describe('columns over gRPC', () => {
  const schema = [
    { columnName: 'id', type: 'INT64', encode: 'DELTA_BINARY_PACKED' },
    { columnName: 'total', type: 'DECIMAL', encode: 'DELTA_BYTE_ARRAY', typeExtend: '38,9' },
    { columnName: 'words', type: 'LIST', encode: 'PLAIN_DICTIONARY', typeExtend: 'UTF8' },
    { columnName: 'doc', type: 'MAP', encode: 'PLAIN_DICTIONARY', typeExtend: 'UTF8,INT64' },
    { columnName: 'span', type: 'INTERVAL', encode: 'DELTA_BYTE_ARRAY' },
    { columnName: 'at', type: 'INT96', encode: 'PLAIN' },
    { columnName: 'clock', type: 'TIME_MILLIS', encode: 'DELTA_BINARY_PACKED' },
    { columnName: 'raw', type: 'BINARY', encode: 'DELTA_LENGTH_BYTE_ARRAY' },
  ];

  it('come back as they were asked for', () => {
    expect(described({ schema, codec: 'LZ4' })).toMatchObject({
      codec: 'LZ4',
      schema: schema.map((each) => ({ ...each, ossColumnName: each.columnName })),
    });
  });

  it('tell the element types that nobody named', () => {
    const bare = [
      { columnName: 'words', type: 'LIST' },
      { columnName: 'doc', type: 'MAP' },
    ];
    expect(described({ schema: bare })).toMatchObject({
      codec: 'SNAPPY',
      schema: [{ typeExtend: 'UTF8' }, { typeExtend: 'UTF8,UTF8' }],
    });
  });

  it.each([
    ['type', deliveryType.options],
    ['encode', columnEncoding.options],
  ] as const)('have a name on the wire for each %s', (field, names) => {
    for (const name of names) {
      const message = received('CreateDeliveryTask', request({ schema: [{ [field]: name }] }));
      expect(message['taskConfig']).toMatchObject({ schema: [{ [field]: name }] });
    }
  });

  it('have a name on the wire for each codec', () => {
    for (const name of codec.options) {
      const message = received('CreateDeliveryTask', request({ codec: name }));
      expect(message['taskConfig']).toMatchObject({ codec: name });
    }
  });
});

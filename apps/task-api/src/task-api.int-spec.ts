import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { RouteStatus, ScanStatus, WriterStatus } from '@lakeferry/contracts';
import { taskTopics } from '@lakeferry/contracts';
import { eventually } from '@lakeferry/testing';
import { column } from './testing/fake-changefeed.js';
import { TaskApiHarness } from './testing/task-api-harness.js';

const LIMIT_MS = 60_000;
const SECRET = 'pa-ss-word';
const SOURCE = `postgres://reader:${SECRET}@db.example:5433/shop`;
const ORDERS = [
  column('id', 'int8', { notNull: true }),
  column('at', 'timestamptz'),
  column('total', 'numeric', { sqlType: 'numeric(10,2)', precision: 10, scale: 2 }),
  column('note', 'text'),
];
let api: TaskApiHarness;

/** Until the expectations of `check` hold. */
async function until(check: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    await check();
    return true;
  });
}

beforeAll(async () => {
  api = await TaskApiHarness.open(`shop=${SOURCE}`);
  await until(async () => {
    expect(await api.call('GET', '/readyz')).toMatchObject({ status: 200 });
  });
}, LIMIT_MS);

afterAll(async () => {
  await api[Symbol.asyncDispose]();
}, LIMIT_MS);

beforeEach(() => {
  api.changefeed.failure = undefined;
  api.changefeed.findings = [];
  api.changefeed.tables.clear();
  api.changefeed.tables.set('public.orders', ORDERS);
  api.changefeed.tables.set('"Odd Schema"."t""1"', ORDERS);
});

function request(taskName: string, change: Record<string, unknown> = {}) {
  const taskConfig = { ossPrefix: `${taskName}/year=$yyyy`, ossBucket: 'lake' };
  return { source: 'shop', tableName: 'orders', taskName, taskConfig, ...change };
}

async function create(taskName: string, change: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await api.call('POST', '/v1/tasks', request(taskName, change));
  expect([status, body['code']]).toEqual([201, undefined]);
  return String(body['taskId']);
}

function route(taskId: string, state: RouteStatus['state']): RouteStatus {
  const counts = { rows: 0, bytes: 0, bytesHeld: 77, unchangedToast: 0 };
  return { kind: 'route', taskId, state, c: '0/10', waitingFor: null, ...counts, error: null };
}

function writer(taskId: string, change: Partial<WriterStatus> = {}): WriterStatus {
  const delivered = { deliveredLsn: '0/20', deliveredAt: '2026-11-20T10:00:00.5Z' };
  return {
    ...{ kind: 'writer', taskId, lane: 0, baseVisible: true, error: null },
    ...delivered,
    ...change,
  };
}

function scan(taskId: string): ScanStatus {
  const progress = { pagesTotal: 10, pagesDone: 10, rows: 100, bytes: 1000, end: '0/20' };
  return { kind: 'scan', taskId, state: 'done', ...progress, error: null };
}

const path = (taskName: string) => `/v1/tasks/shop/public.orders/${taskName}`;

async function shown(taskName: string) {
  return (await api.call('GET', path(taskName))).body;
}

async function told(taskId: string) {
  const records = await api.told('lakeferry.tasks', taskId);
  return records.map((record) => record?.['state'] ?? null);
}

describe('creating a task', () => {
  it('names every field that is wrong, and changes nothing', async () => {
    const { status, body, headers } = await api.call('POST', '/v1/tasks', {
      ...{ source: 'shop', tableName: 'orders', taskName: 'No', surprise: 1, taskType: 'ALL' },
      taskConfig: {
        ossPrefix: 'x/$day',
        ossBucket: 'A_b',
        lanes: 5,
        timeZone: 'Mars/Base',
        fileBytesTarget: 1,
        fileAgeSecondsMax: 0.01,
        format: 'CSV',
        ossEndpoint: 'http://a/b',
        eventTimeColumn: { columnName: 'at', timeFormat: 'ISO' },
        parquetSchema: [{ columnName: 'id', type: 'LONG', hue: 'red' }],
        extra: true,
      },
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'INVALID_ARGUMENT', status: 400 });
    const errors = body['errors'] as { field: string; problem: string; remedy: string }[];
    const config = [
      ...['ossPrefix', 'ossBucket', 'lanes', 'timeZone', 'fileBytesTarget', 'fileAgeSecondsMax'],
      ...['format', 'ossEndpoint', 'eventTimeColumn.timeFormat', 'parquetSchema[0].type'],
      ...['parquetSchema[0].hue', 'extra'],
    ].map((field) => `taskConfig.${field}`);
    expect(errors.map(({ field }) => field).sort()).toEqual(
      [...config, 'taskName', 'taskType', 'surprise'].sort(),
    );
    expect(errors.every(({ problem, remedy }) => problem !== '' && remedy !== '')).toBe(true);
    expect((await api.call('GET', '/v1/tasks')).body).toEqual({ tasks: [] });
  });

  it('names the columns that do not fit the table', async () => {
    const { body } = await api.call(
      'POST',
      '/v1/tasks',
      request('bad-columns', {
        taskConfig: {
          ossPrefix: 'p',
          ossBucket: 'lake',
          eventTimeColumn: { columnName: 'note' },
          parquetSchema: [
            { columnName: 'id', type: 'DATE' },
            { columnName: 'nope', type: 'UTF8' },
            { columnName: 'note', type: 'UTF8' },
            { columnName: 'at', ossColumnName: 'note', type: 'UTF8' },
            { columnName: 'total', type: 'DECIMAL', typeExtend: '40,2' },
          ],
        },
      }),
    );
    const errors = body['errors'] as { field: string }[];
    expect(errors.map(({ field }) => field.replace('taskConfig.', ''))).toEqual([
      'parquetSchema[0].type',
      'parquetSchema[1].columnName',
      'parquetSchema[3].ossColumnName',
      'parquetSchema[4].typeExtend',
      'eventTimeColumn.timeFormat',
    ]);
  });

  it.each([
    ['a source that is not there', { source: 'nobody' }, 400, 'INVALID_ARGUMENT'],
    ['a table that is not there', { tableName: 'nothing' }, 400, 'INVALID_ARGUMENT'],
    ['a table name that is none', { tableName: 'a.b.c' }, 400, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_what, change, status, code) => {
    const answer = await api.call('POST', '/v1/tasks', request('refused', change));
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('refuses what the preflight check refuses, and leaves nothing behind', async () => {
    const said = { column: null, message: 'No key.', remedy: 'Add a primary key.' };
    api.changefeed.findings = [{ code: 'NO_IDENTITY', level: 'refuse', ...said }];
    const { status, body } = await api.call('POST', '/v1/tasks', request('no-key'));
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      errors: [{ field: 'tableName', problem: 'NO_IDENTITY: No key.', remedy: said.remedy }],
    });
    expect(await shown('no-key')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says so when the changefeed does not answer', async () => {
    api.changefeed.failure = { status: 500, code: 'X', message: 'broken' };
    const { status, body } = await api.call('POST', '/v1/tasks', request('no-feed'));
    expect([status, body['code']]).toEqual([503, 'CHANGEFEED_UNAVAILABLE']);
    expect((await api.call('GET', '/v1/tasks')).body).toEqual({ tasks: [] });
  });

  it('refuses keys that could collide', async () => {
    await create('meeting', {
      taskConfig: { ossPrefix: 'm/$yyyy', ossBucket: 'lake', ossEndpoint: 'https://s3.example' },
    });
    const taskConfig = { ossPrefix: 'm/2026', ossBucket: 'lake' };
    const other = request('meeting', { tableName: '"Odd Schema"."t""1"', taskConfig });
    expect(await api.call('POST', '/v1/tasks', other)).toMatchObject({
      status: 409,
      body: { code: 'PREFIX_COLLISION' },
    });
    expect(await api.call('POST', '/v1/tasks', request('meeting'))).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS' },
    });
  });
});

describe('the life of a task', () => {
  it('goes from INIT to INCR, is paused, resumed and deleted without a trace', async () => {
    const findings = { column: null, message: 'Slow disk.', remedy: 'None.' };
    api.changefeed.findings = [{ code: 'SLOW', level: 'warn', ...findings }];
    const taskId = await create('life');
    const topics = Object.values(taskTopics('life', taskId));
    await until(async () => expect(await told(taskId)).toEqual(['active']));
    for (const topic of topics) expect(await api.kafka.topics.topicExists(topic)).toBe(true);
    expect(await shown('life')).toMatchObject({
      phase: 'INIT',
      state: 'active',
      tableName: 'public.orders',
      warnings: [{ code: 'SLOW' }],
      taskConfig: { timeZone: 'UTC', fileBytesTarget: 67108864, fileAgeSecondsMax: 120, lanes: 1 },
    });
    expect(await api.call('DELETE', path('life'))).toMatchObject({
      status: 409,
      body: { code: 'TASK_INITIALIZING' },
    });

    await api.report(route(taskId, 'on'));
    await until(async () => expect(await shown('life')).toMatchObject({ phase: 'FULL' }));
    await api.report(scan(taskId), writer(taskId));
    await until(async () =>
      expect(await shown('life')).toMatchObject({
        phase: 'INCR',
        c: '0/10',
        bytesHeld: 77,
        deliveredUpTo: { lsn: '0/20', at: '2026-11-20T10:00:00.5Z' },
        scan: { pagesDone: 10, pagesTotal: 10, end: '0/20' },
        errorCode: 'OK',
      }),
    );

    for (const state of ['paused', 'paused', 'active', 'active']) {
      const verb = state === 'paused' ? 'pause' : 'resume';
      expect(await api.call('POST', `${path('life')}:${verb}`)).toMatchObject({
        status: 200,
        body: { state },
      });
    }
    await until(async () => expect(await told(taskId)).toEqual(['active', 'paused', 'active']));

    expect((await api.call('DELETE', path('life'))).status).toBe(202);
    expect((await api.call('DELETE', path('life'))).status).toBe(202);
    await until(async () => expect((await told(taskId)).at(-1)).toBe('deleting'));
    // A restart in between loses nothing of it.
    await api.stop();
    await api.start();
    expect(await shown('life')).toMatchObject({ state: 'deleting' });
    await api.report(route(taskId, 'off'));
    await until(async () => expect((await told(taskId)).at(-1)).toBeNull());
    await until(async () =>
      expect((await api.told('lakeferry.status', `${taskId}/route`)).at(-1)).toBeNull(),
    );
    for (const topic of topics) expect(await api.kafka.topics.topicExists(topic)).toBe(false);
    expect(await shown('life')).toMatchObject({ code: 'NOT_FOUND' });
    expect(api.crashed).toBeUndefined();
  }, 120_000);

  it(
    'of type BASE is finished once everything is delivered',
    async () => {
      const taskId = await create('once', { taskType: 'BASE' });
      const early = writer(taskId, { deliveredLsn: '0/1F' });
      await api.report(route(taskId, 'on'), scan(taskId), early);
      await until(async () => expect(await shown('once')).toMatchObject({ phase: 'INCR' }));
      expect(await shown('once')).toMatchObject({ state: 'active' });
      await api.report(writer(taskId));
      await until(async () => expect((await told(taskId)).at(-1)).toBe('finished'));
      expect(await shown('once')).toMatchObject({ state: 'finished', phase: 'INCR' });
    },
    LIMIT_MS,
  );

  it(
    'shows the worst error with its remedy',
    async () => {
      const taskId = await create('sick');
      const error = { message: 'No bucket.', remedy: 'Make it.', since: '2026-11-20T10:00:00Z' };
      const code = 'OBJECT_STORE_BUCKET_INVALID';
      await api.report(
        route(taskId, 'on'),
        writer(taskId, { error: { code, action: 'hold', ...error } }),
      );
      await until(async () =>
        expect(await shown('sick')).toMatchObject({
          errorCode: 'InvalidOssBucket',
          message: 'No bucket.',
          remedy: 'Make it.',
        }),
      );
    },
    LIMIT_MS,
  );

  it('has odd names, a list of objects and statements', async () => {
    await create('odd', { tableName: '"Odd Schema"."t""1"' });
    const odd = `/v1/tasks/shop/${encodeURIComponent('"Odd Schema"."t""1"')}/odd`;
    expect(await api.call('GET', odd)).toMatchObject({
      body: { tableName: '"Odd Schema"."t""1"' },
    });
    expect((await api.call('GET', `${odd}/objects?limit=5`)).body).toEqual({ objects: [] });
    expect(await api.call('GET', `${odd}/objects?limit=0&x=1`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'limit' }, { field: 'x' }] },
    });
    const { body } = await api.call('GET', `${odd}/statement?engine=hive`);
    expect(body['statement']).toContain('PARTITIONED BY (`year` int)');
    expect((await api.call('GET', `${odd}/statement`)).status).toBe(400);
  });
});

describe('sources', () => {
  it(
    'are checked, sealed, listed without secrets, and published',
    async () => {
      const created = await api.call('POST', '/v1/sources', { name: 'second', url: SOURCE });
      expect(created).toMatchObject({
        status: 201,
        body: { name: 'second', host: 'db.example', port: 5433, database: 'shop', user: 'reader' },
      });
      const list = await api.call('GET', '/v1/sources');
      expect(JSON.stringify([created, list])).not.toContain(SECRET);
      await until(async () => {
        const record = (await api.told('lakeferry.sources', 'second')).at(-1);
        expect(record).toMatchObject({ name: 'second', partition: 1 });
        expect(JSON.stringify(record)).not.toContain(SECRET);
      });
      expect(await api.kafka.topics.topicExists('lakeferry.source.second')).toBe(true);
      expect(JSON.stringify(api.changefeed.asked)).not.toContain(SECRET);
      const again = await api.call('POST', '/v1/sources', { name: 'second', url: SOURCE });
      expect(again).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
    },
    LIMIT_MS,
  );

  it.each([
    [{ name: 'A', url: SOURCE }, ['name']],
    [{ name: 'ok-name', url: 'mysql://u:p@h/d', more: 1 }, ['url', 'more']],
    [{ name: 'ok-name', url: 'postgres://h/' }, ['url']],
    [{}, ['name', 'url']],
  ])('are refused by field: %#', async (body, fields) => {
    const answer = await api.call('POST', '/v1/sources', body);
    const errors = answer.body['errors'] as { field: string }[];
    expect(errors.map(({ field }) => field)).toEqual(fields);
  });

  it('that can not be reached are refused and not stored', async () => {
    api.changefeed.failure = { status: 502, code: 'SOURCE_UNAVAILABLE', message: 'refused' };
    const answer = await api.call('POST', '/v1/sources', { name: 'gone', url: SOURCE });
    expect(answer).toMatchObject({ status: 503, body: { code: 'SOURCE_UNAVAILABLE' } });
    expect(JSON.stringify((await api.call('GET', '/v1/sources')).body)).not.toContain('gone');
  });

  it('show their tables, schemas and checks', async () => {
    const tables = await api.call('GET', '/v1/sources/shop/tables');
    expect(tables.body['tables']).toHaveLength(2);
    const name = encodeURIComponent('"Odd Schema"."t""1"');
    expect((await api.call('GET', `/v1/sources/shop/tables/${name}/schema`)).body).toMatchObject({
      parquetSchema: [
        { columnName: 'id', type: 'INT64' },
        { type: 'TIMESTAMP_MICROS' },
        { type: 'DECIMAL', precision: 10, scale: 2 },
        { type: 'UTF8' },
      ],
    });
    expect((await api.call('GET', '/v1/sources/shop/check')).body).toEqual({
      source: 'shop',
      findings: [],
    });
    expect((await api.call('GET', '/v1/sources/nobody/check')).status).toBe(404);
  });
});

describe('the API itself', () => {
  it('describes itself in valid OpenAPI 3.1, every route', async () => {
    const { body } = await api.call('GET', '/openapi.json');
    const result = await new Validator().validate(body);
    expect(result).toMatchObject({ valid: true });
    expect(body['openapi']).toBe('3.1.0');
    const paths = Object.entries(body['paths'] as Record<string, object>);
    expect(paths.flatMap(([at, item]) => Object.keys(item).map((verb) => `${verb} ${at}`))).toEqual(
      expect.arrayContaining([
        'post /v1/sources',
        'get /v1/sources',
        'get /v1/sources/{source}/tables',
        'get /v1/sources/{source}/tables/{table}/schema',
        'get /v1/sources/{source}/check',
        'post /v1/tasks',
        'get /v1/tasks',
        'get /v1/tasks/{source}/{tableName}/{taskName}',
        'delete /v1/tasks/{source}/{tableName}/{taskName}',
        'post /v1/tasks/{source}/{tableName}/{taskName}:pause',
        'post /v1/tasks/{source}/{tableName}/{taskName}:resume',
        'get /v1/tasks/{source}/{tableName}/{taskName}/objects',
        'get /v1/tasks/{source}/{tableName}/{taskName}/statement',
      ]),
    );
  });

  it('asks for the token but for health', async () => {
    const url = `http://127.0.0.1:${api.httpPort}`;
    for (const headers of [{}, { authorization: 'Bearer wrong' }] as Record<string, string>[]) {
      const answer = await fetch(`${url}/v1/tasks`, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('answers nonsense with problem documents', async () => {
    expect(await api.call('GET', '/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    const answer = await fetch(`http://127.0.0.1:${api.httpPort}/v1/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: '{"a":',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await api.call('POST', '/v1/tasks', [])).toMatchObject({ status: 400 });
  });

  it.each([
    ['GET', '/v1/tasks/a%00/orders/orders', 404],
    ['GET', '/v1/tasks/shop/orders/a%00', 404],
    ['PATCH', '/v1/tasks/shop/a%00/orders', 400],
    ['GET', '/v1/tasks?source=%00', 400],
    ['GET', '/v1/tasks?tableName=%00', 400],
    ['GET', '/v1/sources/a%00/check', 404],
    ['GET', '/v1/sources/a%00/tables', 404],
    ['GET', '/v1/sources/shop/tables/a%00/schema', 400],
  ])('has no name that PostgreSQL can not hold: %s %s', async (method, place, status) => {
    expect(await api.call(method, place, method === 'GET' ? undefined : {})).toMatchObject({
      status,
    });
  });

  it.each(['a\u0000', '\ud800'])('stores no text that PostgreSQL can not hold: %j', async (bad) => {
    const { taskConfig } = request('bad-text');
    const { status, body } = await api.call('POST', '/v1/tasks', {
      ...request('bad-text', { source: bad }),
      taskConfig: { ...taskConfig, ossStsRole: bad },
    });
    expect([status, body['errors']]).toEqual([
      400,
      [
        expect.objectContaining({ field: 'source' }),
        expect.objectContaining({ field: 'taskConfig.ossStsRole' }),
      ],
    ]);
  });
});

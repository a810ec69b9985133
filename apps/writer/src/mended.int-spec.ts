import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  AUTHORITY,
  S3FaultProxy,
  bucketOwner,
  makeCertificate,
  type Refusal,
  type S3Operation,
} from '@lakeferry/object-store/testing';
import { must } from '@lakeferry/runtime';
import { WriterHarness, type PipelineOptions, type WrittenFile } from './testing/writer-harness.js';

const OSS = 'oss-cn-hangzhou.aliyuncs.com';
const PAGE_ROLE = 'acs:ram::17 %%%)%%%%*****: role/aliyunserviceroleforotsdatadelivery';
const ALWAYS = Number.MAX_SAFE_INTEGER;
const DAY_MS = 86_400_000;

let harness: WriterHarness;
let folder: string | undefined;
afterEach(async () => {
  await harness[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
  expect(harness.crashes).toEqual([]);
}, 30_000);

/** Files that wait, in an order that must hold; what is seen of them before the fault is mended. */
async function heldBy(
  options: PipelineOptions,
  expected: { readonly code: string; readonly said: string; readonly remedy: string },
): Promise<WrittenFile[]> {
  const files = [];
  for (const year of [2026, 2026, 2025]) files.push(await harness.write({ year }));
  await harness.startWriter(options);
  const { error } = await harness.untilStatus(0, (status) => status.error?.code === expected.code);
  expect(error?.message).toContain(expected.said);
  expect(error?.remedy).toContain(expected.remedy);
  expect(await harness.visible()).toEqual([]);
  return files;
}

/** Everything goes on by itself, once, in order, and status is well again. */
async function goesOn(files: readonly WrittenFile[]): Promise<void> {
  await harness.untilVisible(files.length);
  await harness.assertExactly(files);
  await harness.untilStatus(0, ({ error }) => error === null);
}

async function configured(config: Partial<WriterHarness['task']['config']>): Promise<void> {
  const task = { ...harness.task, config: { ...harness.task.config, ...config } };
  await harness.desire(task);
}

describe('what the store refuses holds the task until it is mended', () => {
  it.each<[string, S3Operation | 'everything', Refusal, string, string, string]>([
    [
      'a role that may only read',
      'put',
      { status: 403, code: 'AccessDenied' },
      'OBJECT_STORE_UNAUTHORIZED',
      'the store denies writing objects',
      'right to put objects',
    ],
    [
      'a key that was revoked',
      'everything',
      { status: 403, code: 'InvalidAccessKeyId' },
      'OBJECT_STORE_UNAUTHORIZED',
      'revoked',
      'AliyunServiceRoleForOTSDataDelivery',
    ],
    [
      'another region',
      'everything',
      { status: 301, code: 'PermanentRedirect' },
      'OBJECT_STORE_BUCKET_INVALID',
      'lies in another region',
      'within the same region',
    ],
    [
      'a clock that is wrong',
      'put',
      { status: 403, code: 'RequestTimeTooSkewed' },
      'OBJECT_STORE_CLOCK_SKEWED',
      'clock too far',
      'Correct the clock',
    ],
  ])(
    '%s',
    async (_name, operation, fault, code, said, remedy) => {
      harness = await WriterHarness.open();
      await using proxy = await S3FaultProxy.open(harness.s3.endpoint);
      if (operation === 'everything') proxy.refuseAll(fault);
      else proxy.script({ operation, fault, times: ALWAYS });
      const files = await heldBy({ endpoint: proxy.endpoint }, { code, said, remedy });
      proxy.calm();
      await goesOn(files);
      await harness.killWriters();
    },
    60_000,
  );
});

describe('a bucket that was only out of reach', () => {
  it('gets nothing again', async () => {
    harness = await WriterHarness.open();
    await using proxy = await S3FaultProxy.open(harness.s3.endpoint);
    const files = [await harness.write({ year: 2025 }), await harness.write({ year: 2026 })];
    await harness.startWriter({ endpoint: proxy.endpoint });
    const { destination } = must((await harness.untilVisible(2)).at(0), 'an object');
    const place = { taskId: harness.task.taskId, lane: 0, destination };
    const before = await harness.control.buckets.of(place);
    expect(before).toMatchObject({ epoch: 0, createdAt: expect.any(Date), missing: false });
    proxy.refuseAll({ status: 301, code: 'PermanentRedirect' });
    files.push(await harness.write({ year: 2026 }));
    await harness.untilStatus(0, ({ error }) => error?.code === 'OBJECT_STORE_BUCKET_INVALID');
    expect(await harness.control.buckets.of(place)).toMatchObject({ missing: true });
    proxy.calm();
    await goesOn(files);
    const { createdAt } = before;
    expect(await harness.control.buckets.of(place)).toMatchObject({
      ...{ epoch: 0, createdAt, missing: false, redelivering: false, objects: 0 },
    });
    await harness.killWriters();
  }, 60_000);
});

describe('an endpoint that is wrong holds the task until it is mended', () => {
  it('nobody listens', async () => {
    harness = await WriterHarness.open();
    const closed = await S3FaultProxy.open(harness.s3.endpoint);
    const { endpoint, port } = closed;
    await closed.close();
    const files = await heldBy(
      { endpoint },
      {
        code: 'OBJECT_STORE_UNAVAILABLE',
        said: `nothing answers at 127.0.0.1:${port}`,
        remedy: 'host and port',
      },
    );
    await using _ = await S3FaultProxy.open(harness.s3.endpoint, { port });
    await goesOn(files);
    await harness.killWriters();
  }, 60_000);

  it('its certificate has expired', async () => {
    harness = await WriterHarness.open();
    const until = (days: number) => new Date(Date.now() + days * DAY_MS);
    const authority = makeCertificate({ host: AUTHORITY, until: until(9) });
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, authority.cert]);
    const certificate = (days: number) =>
      makeCertificate({ host: 'localhost', until: until(days), issuer: authority });
    try {
      await using proxy = await S3FaultProxy.open(harness.s3.endpoint, {
        certificate: certificate(-1),
      });
      const files = await heldBy(
        { endpoint: `https://localhost:${proxy.port}` },
        {
          code: 'OBJECT_STORE_ENDPOINT_INVALID',
          said: 'has expired',
          remedy: "Renew the store's certificate",
        },
      );
      proxy.present(certificate(9));
      await goesOn(files);
      await harness.killWriters();
    } finally {
      setDefaultCACertificates([...trusted]);
    }
  }, 60_000);

  it('its name is unknown, until the operator maps it', async () => {
    harness = await WriterHarness.open();
    await configured({ ossEndpoint: 'oss.nowhere.invalid' });
    const files = await heldBy(
      {},
      {
        code: 'OBJECT_STORE_ENDPOINT_INVALID',
        said: "can't be resolved: oss.nowhere.invalid",
        remedy: 'Check the spelling',
      },
    );
    await harness.killWriters();
    await harness.startWriter({
      places: { endpoints: new Map([['oss.nowhere.invalid', mapped()]]) },
    });
    await goesOn(files);
  }, 60_000);
});

function mapped() {
  const { endpoint: url, region } = harness.s3;
  return { url, region, style: 'path', checksums: 'when-required' } as const;
}

describe('roles and regions', () => {
  it('the sample of the product page reaches the store that the operator names', async () => {
    harness = await WriterHarness.open();
    await configured({ ossEndpoint: OSS, ossStsRole: PAGE_ROLE, region: 'cn-hangzhou' });
    const files = [await harness.write({}), await harness.write({})];
    const endpoints = new Map([[OSS, mapped()]]);
    await harness.startWriter({ places: { region: 'cn-hangzhou', endpoints } });
    await goesOn(files);
    const [object] = await harness.visible();
    expect(object?.destination).toBe(`${OSS}/${harness.task.config.ossBucket}`);
  }, 60_000);

  it('a role that is missing holds the task until it is there, and one whose keys change goes on', async () => {
    const bucket = `roles-${randomUUID()}`;
    harness = await WriterHarness.open({ bucket });
    await bucketOwner.create(harness.s3, bucket);
    await configured({ ossStsRole: 'acs:ram::1:role/deliver' });
    folder = await mkdtemp(join(tmpdir(), 'lakeferry-roles-'));
    const file = join(folder, 'roles.json');
    const { accessKeyId, secretAccessKey } = harness.s3.credentials;
    const role = (secret: string) =>
      writeFile(
        file,
        JSON.stringify({
          deliver: {
            kind: 'static',
            accessKeyId: accessKeyId.reveal(),
            secretAccessKey: secret,
          },
        }),
      );
    await writeFile(file, '{}');
    const files = await heldBy(
      { roles: { file, keys: undefined } },
      {
        code: 'OBJECT_STORE_UNAUTHORIZED',
        said: "the role deliver does not exist among the writer's roles",
        remedy: 'Confirm whether the role',
      },
    );
    await role('of another time');
    await harness.untilStatus(0, ({ error }) => error?.message.includes('secret') === true);
    await role(secretAccessKey.reveal());
    await goesOn(files);
  }, 60_000);

  it('a bucket of another region is none to deliver to', async () => {
    harness = await WriterHarness.open();
    await configured({ region: 'cn-shanghai' });
    await heldBy(
      { places: { region: 'cn-hangzhou' } },
      {
        code: 'OBJECT_STORE_BUCKET_INVALID',
        said: 'in region cn-shanghai, this installation in cn-hangzhou',
        remedy: 'within the same region',
      },
    );
    await configured({ region: 'cn-hangzhou' });
    await harness.untilVisible(3);
  }, 60_000);

  it('a link-local endpoint is none to connect to', async () => {
    harness = await WriterHarness.open();
    await configured({ ossEndpoint: 'http://169.254.169.254' });
    await heldBy(
      {},
      {
        code: 'OBJECT_STORE_ENDPOINT_INVALID',
        said: 'the endpoint 169.254.169.254 is a link-local address',
        remedy: 'Check the endpoint',
      },
    );
    await configured({ ossEndpoint: harness.s3.endpoint });
    await harness.untilVisible(3);
  }, 60_000);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { credentialsOf } from './s3-credentials.js';
import { S3Endpoint } from './s3-endpoint.js';
import { randomBody, staticCredentials } from './testing/index.js';

const BASE = staticCredentials('base-key', 'base-secret');
const ARN = 'arn:aws:iam::123456789012:role/deliver';

/** Plays an STS that knows AssumeRole, and a store that takes every put. */
describe('a role that is assumed', () => {
  let server: Server;
  let url: string;
  let endpoint: S3Endpoint;
  let livesMs: number;
  let refusal: string | undefined;
  const asked: URLSearchParams[] = [];
  const putWith: string[] = [];

  beforeAll(async () => {
    server = createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (request.method === 'PUT') {
          putWith.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
          answer.end();
          return;
        }
        answer.setHeader('content-type', 'text/xml');
        if (!isOfNow(String(request.headers['x-amz-date']))) {
          answer.statusCode = 403;
          answer.end(EXPIRED);
          return;
        }
        asked.push(new URLSearchParams(body));
        answer.statusCode = refusal === undefined ? 200 : 403;
        answer.end(refusal ?? assumed(asked.length, livesMs));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked.length = 0;
    putWith.length = 0;
    refusal = undefined;
    endpoint = new S3Endpoint({
      ...{ endpoint: url, region: 'eu-west-1', forcePathStyle: true, checksums: 'when-required' },
      credentials: {
        ...{ kind: 'assume-role', roleArn: ARN, externalId: 'outside', region: 'eu-west-1' },
        ...{ stsEndpoint: url, base: BASE },
      },
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    endpoint.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const put = () => endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(10) });

  it('is asked for once, by its name and external id, while its session lasts', async () => {
    livesMs = 3_600_000;
    await put();
    await put();
    expect(putWith).toEqual(['session-1', 'session-1']);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      ...{ Action: 'AssumeRole', RoleArn: ARN, ExternalId: 'outside' },
    });
  });

  it('is asked for again before its session ends', async () => {
    livesMs = 60_000;
    await put();
    await put();
    expect(putWith).toHaveLength(2);
    expect(putWith[1]).not.toBe(putWith[0]);
  });

  it.each([
    { hours: -3, lives: 60_000, renewed: true },
    { hours: 3, lives: 3_600_000, renewed: false },
  ])('is renewed in time by a clock that is wrong by $hours hours', async (skewed) => {
    livesMs = skewed.lives;
    jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + skewed.hours * 3_600_000);
    await put();
    await put();
    expect(putWith[1] !== putWith[0]).toBe(skewed.renewed);
    expect(putWith).toHaveLength(2);
  });

  it('is renewed in time by a clock that was set back while its session lasted', async () => {
    livesMs = 3_600_000;
    await put();
    const passed = performance.now() + livesMs;
    jest.spyOn(performance, 'now').mockImplementation(() => passed);
    jest.spyOn(Date, 'now').mockImplementation(() => rightNow() - 3 * 3_600_000);
    await put();
    expect(putWith).toEqual(['session-1', 'session-2']);
  });

  it('says that it is the role that is refused, not the bucket', async () => {
    refusal = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`;
    await expect(put()).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAUTHORIZED',
      message: expect.stringContaining(`refuses to let us assume the role ${ARN}`),
    });
    expect(putWith).toEqual([]);
  });
});

describe('static credentials', () => {
  it('have a session token where one is given', () => {
    const sessionToken = BASE.secretAccessKey;
    expect(credentialsOf(BASE)).toEqual({
      accessKeyId: 'base-key',
      secretAccessKey: 'base-secret',
    });
    expect(credentialsOf({ ...BASE, sessionToken })).toMatchObject({
      sessionToken: 'base-secret',
    });
  });
});

const EXPIRED =
  '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>expired</Message></Error></ErrorResponse>';
/** The clock of the STS. */
const rightNow = Date.now;

function isOfNow(amzDate: string): boolean {
  const iso = amzDate.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  return Math.abs(Date.parse(iso) - rightNow()) < 900_000;
}

function assumed(session: number, livesMs: number): string {
  const until = new Date(rightNow() + livesMs).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>session-${session}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
    <SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials>
    <AssumedRoleUser><AssumedRoleId>id:s</AssumedRoleId><Arn>${ARN}</Arn></AssumedRoleUser>
    </AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
    </AssumeRoleResponse>`;
}

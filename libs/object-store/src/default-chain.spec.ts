import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { ASK_AGAIN, defaultChain } from './default-chain.js';
import { S3Endpoint } from './s3-endpoint.js';
import { randomBody } from './testing/index.js';

const FILES = ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'] as const;

describe('keys that the SDK finds in a file', () => {
  const before = FILES.map((name) => process.env[name]);
  let folder: string;
  let server: Server;
  let endpoint: S3Endpoint;
  let now = Date.now();
  const putWith: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakeferry-chain-'));
    for (const name of FILES) process.env[name] = join(folder, name);
    server = createServer((request, answer) => {
      putWith.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      request.resume().on('end', () => answer.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    await key('first');
    putWith.length = 0;
    endpoint = new S3Endpoint({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ region: 'eu-west-1', forcePathStyle: true, checksums: 'when-required' },
      credentials: { kind: 'default-chain', profile: 'lake' },
    });
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    endpoint.close();
  });
  afterAll(async () => {
    FILES.forEach((name, index) => {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const put = () => endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(10) });
  const key = (id: string) =>
    writeFile(
      join(folder, FILES[0]),
      `[lake]\naws_access_key_id = ${id}\naws_secret_access_key = secret\n`,
    );

  it('are taken up when they are exchanged, within a minute', async () => {
    await put();
    await key('second');
    await put();
    now += 60_000;
    await put();
    expect(putWith).toEqual(['first', 'first', 'second']);
  });

  it('are taken up by a clock that was set back, too', async () => {
    await put();
    await key('second');
    now -= 3 * 3_600_000;
    await put();
    expect(putWith).toEqual(['first', 'second']);
  });

  it('go on while the file can not be read', async () => {
    const credentials = defaultChain('lake');
    expect(await credentials()).toMatchObject({ accessKeyId: 'first' });
    await writeFile(join(folder, FILES[0]), '');
    now += 60_000;
    expect(await credentials()).toMatchObject({ accessKeyId: 'first' });
    await key('third');
    now += 60_000;
    expect(await credentials()).toMatchObject({ accessKeyId: 'third', expiration: ASK_AGAIN });
  });
});

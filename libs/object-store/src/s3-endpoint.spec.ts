import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { S3Endpoint } from './s3-endpoint.js';
import {
  AUTHORITY,
  makeCertificate,
  staticCredentials,
  type TestCertificate,
} from './testing/index.js';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server | ReturnType<typeof createHttpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function secured({ cert, key }: TestCertificate): Promise<string> {
  const server = createServer({ cert, key }, (_request, answer) => answer.end());
  return `https://localhost:${await listen(server)}`;
}

function head(endpoint: string): Promise<unknown> {
  const opened = new S3Endpoint({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true, checksums: 'when-required' },
    credentials: staticCredentials('a', 'b'),
  });
  return opened
    .bucket('lake')
    .checkBucket()
    .finally(() => opened.close());
}

describe('an endpoint that can not be used names the cause and what to do', () => {
  const authority = makeCertificate({ host: AUTHORITY, until: inDays(365) });
  const trusted = getCACertificates('default');
  beforeAll(() => setDefaultCACertificates([...trusted, authority.cert]));
  afterAll(() => setDefaultCACertificates([...trusted]));

  it('takes a certificate of an authority that it knows', async () => {
    const certificate = makeCertificate({
      ...{ host: 'localhost', until: inDays(9), issuer: authority },
    });
    await expect(head(await secured(certificate))).resolves.toBeUndefined();
  });

  it.each([
    ['self-signed', 'localhost', 9, false, 'not signed by an authority', 'NODE_EXTRA_CA_CERTS'],
    ['expired', 'localhost', -9, true, 'has expired', "Renew the store's certificate"],
    ['of another host', 'other.test', 9, true, 'for another host name', 'Name the endpoint as'],
  ])('certificate %s', async (_name, host, days, signed, said, remedy) => {
    const certificate = makeCertificate({
      ...{ host, until: inDays(days) },
      ...(signed ? { issuer: authority } : {}),
    });
    await expect(head(await secured(certificate))).rejects.toMatchObject({
      code: 'OBJECT_STORE_ENDPOINT_INVALID',
      message: expect.stringContaining(said),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('a store without TLS', async () => {
    const port = await listen(createHttpServer((_request, answer) => answer.end()));
    await expect(head(`https://localhost:${port}`)).rejects.toMatchObject({
      code: 'OBJECT_STORE_ENDPOINT_INVALID',
      message: expect.stringContaining(`localhost:${port} does not speak TLS`),
    });
  });

  it('a port at which nobody listens', async () => {
    await expect(head('http://127.0.0.1:1')).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
      message: expect.stringContaining('nothing answers at 127.0.0.1:1'),
      remedy: expect.stringContaining('host and port'),
    });
  });
});

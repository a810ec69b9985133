import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTime } from './request-limit.js';
import { S3Endpoint } from './s3-endpoint.js';
import { errorShape } from './s3-errors.js';
import { randomBody, staticCredentials } from './testing/index.js';

describe('a store that never says 100 Continue', () => {
  let server: Server;
  let taken: number[];
  beforeEach(async () => {
    taken = [];
    const serve = (incoming: IncomingMessage, answer: ServerResponse) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => {
        taken.push(bytes);
        answer.end();
      });
    };
    server = createServer(serve);
    server.on('checkContinue', serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is sent the body all the same', async () => {
    const endpoint = new S3Endpoint({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ region: 'eu-west-1', forcePathStyle: true, checksums: 'when-required' },
      credentials: staticCredentials('key', 'secret'),
    });
    const bytes = 3_000_000;
    const put = endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(bytes) });
    expect(await put).toBe('created');
    expect(taken).toEqual([bytes]);
    endpoint.close();
  }, 30_000);
});

describe('inTime', () => {
  const endless = ({ abortSignal }: { readonly abortSignal: AbortSignal }) =>
    new Promise<never>((_, reject) => {
      abortSignal.addEventListener('abort', () =>
        reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
      );
    });

  it('tells a request that took too long from one that was given up', async () => {
    const late: unknown = await inTime({ msMax: 1 }, endless).catch((error: unknown) => error);
    expect(errorShape(late)).toMatchObject({ name: 'TimeoutError' });
    const stop = new AbortController();
    const stopped = inTime({ signal: stop.signal }, endless).catch((error: unknown) => error);
    stop.abort();
    expect(errorShape(await stopped)).toMatchObject({ name: 'AbortError' });
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { S3Endpoint } from './s3-endpoint.js';
import { randomBody, staticCredentials } from './testing/index.js';

const HOUR_MS = 3_600_000;

let server: Server;
let endpoint: S3Endpoint;
/** How far the store's clock is ahead of ours. */
let aheadMs: number;
let refused: number;

beforeEach(async () => {
  refused = 0;
  server = createServer((request, answer) => {
    request.resume().on('end', () => {
      const now = Date.now() + aheadMs;
      answer.setHeader('date', new Date(now).toUTCString());
      const signed = String(request.headers['x-amz-date']);
      const iso = signed.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
      if (Math.abs(Date.parse(iso) - now) < 900_000) return answer.end();
      refused += 1;
      answer.statusCode = 403;
      return answer.end('<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = new S3Endpoint({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ region: 'eu-west-1', forcePathStyle: true, checksums: 'when-required' },
    credentials: staticCredentials('key', 'secret'),
  });
});

afterEach(async () => {
  endpoint.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const put = () => endpoint.bucket('lake').putIfAbsent({ key: 'k', ...randomBody(10) });

it('a clock that is set, wrong or right again, refuses one answer and no put', async () => {
  for (const hours of [3, 0, -3, 5, 0]) {
    aheadMs = hours * HOUR_MS;
    expect(await Promise.all([put(), put()])).toEqual(['created', 'created']);
    refused = 0;
    expect(await put()).toBe('created');
    expect(refused).toBe(0);
  }
});

it('a store that refuses whatever is signed is asked twice at most', async () => {
  aheadMs = 0;
  await put();
  server.removeAllListeners('request');
  let asked = 0;
  server.on('request', (request, answer) => {
    asked += 1;
    request.resume();
    answer.writeHead(403, { date: new Date(Date.now() + asked * HOUR_MS).toUTCString() });
    answer.end('<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>');
  });
  await expect(put()).rejects.toMatchObject({ code: 'OBJECT_STORE_CLOCK_SKEWED' });
  expect(asked).toBe(2);
});

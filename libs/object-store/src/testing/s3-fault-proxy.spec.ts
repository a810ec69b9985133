import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { S3FaultProxy } from './s3-fault-proxy.js';

interface Seen {
  readonly host: string | undefined;
  readonly bytes: number;
  readonly whole: boolean;
}

const LIST = `<ListBucketResult>${'x'.repeat(1000)}</ListBucketResult>`;

let store: Server;
let proxy: S3FaultProxy;
let seen: Seen[];

/** Stands for a store: takes what comes, answers lists. */
beforeEach(async () => {
  seen = [];
  store = createServer((incoming, answer) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
    incoming.on('error', () => undefined);
    incoming.on('close', () => {
      seen.push({ host: incoming.headers.host, bytes, whole: incoming.complete });
      if (incoming.complete) answer.end(incoming.method === 'GET' ? LIST : undefined);
    });
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const { port } = store.address() as AddressInfo;
  proxy = await S3FaultProxy.open(`http://127.0.0.1:${port}`, { stallMsMax: 10_000 });
});
afterEach(async () => {
  await proxy.close();
  store.closeAllConnections();
  await new Promise((resolve) => store.close(resolve));
});

/** The answer's status and body; rejects where the connection breaks. */
function ask(method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = proxy;
    const sent = request({ port, method, path, host: '127.0.0.1', agent: false }, (answer) => {
      textOf(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, body: text }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}

describe('S3FaultProxy', () => {
  it('passes requests and answers on, under the host that the client named', async () => {
    const bytes = 3_000_000;
    expect(await ask('PUT', '/lake/a', 'x'.repeat(bytes))).toEqual({ status: 200, body: '' });
    expect(await ask('GET', '/lake?list-type=2')).toEqual({ status: 200, body: LIST });
    expect(await ask('POST', '/lake/a?uploads')).toMatchObject({ status: 200 });
    expect(seen.map(({ bytes: each }) => each)).toEqual([bytes, 0, 0]);
    expect(seen[0]?.host).toBe(`127.0.0.1:${proxy.port}`);
  });

  it('refuses in the words of a store, which sees nothing', async () => {
    proxy.script({ operation: 'put', fault: 503, times: 1 });
    const answer = await ask('PUT', '/lake/a', 'x'.repeat(100));
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('SlowDown') });
    expect(seen).toEqual([]);
  });

  it('resets before the store sees anything, or after it did everything', async () => {
    proxy.script(
      { operation: 'put', fault: 'reset', times: 1 },
      { operation: 'put', fault: 'lost', times: 1 },
    );
    await expect(ask('PUT', '/lake/a', 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toEqual([]);
    await expect(ask('PUT', '/lake/a', 'x')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toMatchObject([{ bytes: 1, whole: true }]);
  });

  it('lets the store see half of what it is promised', async () => {
    proxy.script({ operation: 'put', fault: 'truncated', times: 1 });
    await expect(ask('PUT', '/lake/a', 'x'.repeat(2_000_000))).rejects.toBeDefined();
    while (seen.length === 0) await new Promise(setImmediate);
    expect(seen).toMatchObject([{ bytes: 1_000_000, whole: false }]);
  });

  it('cuts an answer with its connection, or so that it looks whole', async () => {
    proxy.script(
      { operation: 'list', fault: 'truncated', times: 1 },
      { operation: 'list', fault: 'halved', times: 1 },
    );
    await expect(ask('GET', '/lake?list-type=2')).rejects.toBeDefined();
    const halved = await ask('GET', '/lake?list-type=2');
    expect(halved.body).toBe(LIST.slice(0, LIST.length / 2));
  });

  it('stalls until it is told, then goes on', async () => {
    proxy.script({ operation: 'put', fault: 'stall', times: 1 });
    const asked = ask('PUT', '/lake/a', 'x');
    while (proxy.seen('put') === 0) await new Promise(setImmediate);
    expect(seen).toEqual([]);
    proxy.calm();
    expect(await asked).toMatchObject({ status: 200 });
    expect(proxy.injected).toEqual([{ operation: 'put', fault: 'stall', times: 1 }]);
  });
});

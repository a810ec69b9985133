import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { ConnectClient, failureOf, type ConnectorStatus } from './connect-client.js';

const RUNNING: ConnectorStatus = {
  connector: { state: 'RUNNING' },
  tasks: [{ state: 'RUNNING' }],
};
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function clientOf(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ConnectClient> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return new ConnectClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

test('a connector that runs has not failed', () => {
  expect(failureOf(RUNNING)).toBeNull();
});

test.each<[string, ConnectorStatus]>([
  ['connector', { connector: { state: 'FAILED', trace: 'it broke' }, tasks: [] }],
  ['task', { ...RUNNING, tasks: [{ state: 'FAILED', trace: 'it broke' }] }],
])('a failed %s tells why', (_, status) => {
  expect(failureOf(status)).toBe('it broke');
});

test('status fails with the trace of the task', async () => {
  const failed = { ...RUNNING, tasks: [{ state: 'FAILED', trace: 'no such slot' }] };
  const client = await clientOf((_, response) => response.end(JSON.stringify(failed)));
  await expect(client.status('peer')).rejects.toThrow('connector peer has failed:\nno such slot');
});

test('a connector that is not known yet has no status, and need not be deleted', async () => {
  const client = await clientOf((_, response) => response.writeHead(404).end('{}'));
  expect(await client.status('peer')).toBeNull();
  await client.delete('peer');
});

test('a refusal is told with what Connect says', async () => {
  const client = await clientOf((_, response) => response.writeHead(400).end('bad option'));
  await expect(client.put('peer', {})).rejects.toThrow(
    'Connect answers 400 to PUT /connectors/peer/config: bad option',
  );
});

test('stop waits until the last task has ended', async () => {
  const states = [
    RUNNING,
    { ...RUNNING, connector: { state: 'STOPPED' } },
    { connector: { state: 'STOPPED' }, tasks: [] },
  ];
  const asked: string[] = [];
  const client = await clientOf((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'PUT') response.writeHead(202).end();
    else response.end(JSON.stringify(states.shift()));
  });
  await client.stop('peer');
  expect(asked).toEqual([
    'PUT /connectors/peer/stop',
    ...Array.from({ length: 3 }, () => 'GET /connectors/peer/status'),
  ]);
});

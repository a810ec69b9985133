import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { PartitionAssigner } from 'kafkajs';
import { silentLogger } from '@lakeferry/observability';
import { GroupSession } from './group-session.js';
import type { KafkaConnection } from './kafka-connection.js';

const SECONDS = 1_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A consumer that joins its group when it runs and then does what it is told. */
function joiningConsumer(memberId: string, disconnect: () => Promise<void>) {
  const listeners = new Map<string, (event: unknown) => void>();
  const events = {
    ...{ CRASH: 'crash', GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat' },
    START_BATCH_PROCESS: 'batch',
  };
  return {
    events,
    on: (name: string, listener: (event: unknown) => void) => void listeners.set(name, listener),
    emit: (name: string, payload: unknown) => listeners.get(name)?.({ payload }),
    connect: async () => undefined,
    subscribe: async () => undefined,
    run: async () =>
      listeners.get('join')?.({ payload: { memberId, memberAssignment: { topic: [0] } } }),
    disconnect,
  };
}

function session(consumers: readonly unknown[]) {
  const left = [...consumers];
  const kafka = { logger: silentLogger, consumer: () => left.shift() };
  const members: string[] = [];
  const made: GroupSession = new GroupSession({
    kafka: kafka as unknown as KafkaConnection,
    groupId: 'group',
    topics: ['topic'],
    assigner: (() => undefined) as unknown as PartitionAssigner,
    concurrency: 1,
    onJoin: () => void members.push(made.memberId ?? ''),
    onBatch: async () => true,
    onCrash: (error) => {
      throw error;
    },
  });
  return { made, members };
}

test('a member that sends heartbeats stays', async () => {
  const first = joiningConsumer('first', async () => undefined);
  const { made, members } = session([first]);
  await made.start();
  for (let beat = 0; beat < 60; beat += 1) {
    await jest.advanceTimersByTimeAsync(2 * SECONDS);
    first.emit('heartbeat', {});
  }
  expect(members).toEqual(['first']);
  await made.stop();
});

test('one that the group has forgotten is replaced, even if it can not be ended', async () => {
  const first = joiningConsumer('first', () => new Promise(() => undefined));
  const second = joiningConsumer('second', async () => undefined);
  const { made, members } = session([first, second]);
  await made.start();
  await jest.advanceTimersByTimeAsync(19 * SECONDS);
  expect(members).toEqual(['first']);
  await jest.advanceTimersByTimeAsync(8 * SECONDS);
  expect(members).toEqual(['first', 'second']);
  first.emit('join', { memberId: 'late', memberAssignment: {} });
  expect(made.memberId).toBe('second');
  await made.stop();
});

test('a consumer is not ended while it joins: it would join all the same, for ever', async () => {
  const joined = Promise.withResolvers<void>();
  const disconnect = jest.fn(async () => undefined);
  const first = { ...joiningConsumer('first', disconnect), run: () => joined.promise };
  const { made, members } = session([first, joiningConsumer('second', async () => undefined)]);
  const started = made.start();
  await jest.advanceTimersByTimeAsync(30 * SECONDS);
  await started;
  expect(members).toEqual(['second']);
  expect(disconnect).not.toHaveBeenCalled();
  joined.resolve();
  await jest.advanceTimersByTimeAsync(0);
  expect(disconnect).toHaveBeenCalledTimes(1);
  await made.stop();
});

test('the group is not silent while the broker lets wait for a connection', async () => {
  const connect = () => new Promise<void>((resolve) => setTimeout(resolve, 60 * SECONDS));
  const slow = { ...joiningConsumer('slow', async () => undefined), connect };
  const { made, members } = session([slow]);
  void made.start();
  await jest.advanceTimersByTimeAsync(70 * SECONDS);
  expect(members).toEqual(['slow']);
  await made.stop();
});

import { expect, test } from '@jest/globals';
import { decideLogLevel, toLogFields, type KafkaLogEntry } from './kafka-log.js';

const entry = (label: string, message: string, extra: object = {}): KafkaLogEntry => ({
  namespace: 'Connection',
  label,
  log: { message, ...extra },
});

test.each([
  ['INFO', 'Consumer has joined the group', {}, 'debug'],
  ['WARN', 'The group is rebalancing, re-joining', {}, 'debug'],
  ['ERROR', 'Response Heartbeat(key: 12, version: 3)', { error: 'rebalancing' }, 'debug'],
  ['ERROR', 'Connection error: connect ECONNREFUSED', {}, 'debug'],
  ['ERROR', 'anything that is tried again', { retryCount: 0 }, 'debug'],
  ['ERROR', 'Offset out of range, resetting to default offset', {}, 'warn'],
  ['ERROR', 'Crash: TypeError: x is not a function', {}, 'warn'],
])('%s %s %o is written at %s', (label, message, extra, level) => {
  expect(decideLogLevel(entry(label, message, extra))).toBe(level);
});

test('keeps the listed fields and drops the rest', () => {
  const fields = toLogFields(
    entry('ERROR', 'it failed', {
      error: 'why',
      topic: 't',
      partition: 2,
      groupId: 'g',
      payload: 'x',
    }),
  );
  expect(fields).toEqual({
    component: 'kafkajs',
    reason: 'Connection',
    detail: 'it failed: why',
    topic: 't',
    group: 'g',
    partition: 2,
  });
});

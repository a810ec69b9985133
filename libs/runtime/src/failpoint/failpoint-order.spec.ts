import { expect, it } from '@jest/globals';
import { readOrder } from './failpoint-order.js';

it.each([
  ['kill', { action: { kind: 'kill' }, after: 1 }],
  ['stop\n', { action: { kind: 'stop' }, after: 1 }],
  ['error after 3', { action: { kind: 'error' }, after: 3 }],
  ['sleep 5000', { action: { kind: 'sleep', ms: 5000 }, after: 1 }],
  ['sleep 5000 after 12', { action: { kind: 'sleep', ms: 5000 }, after: 12 }],
  ['', undefined],
  ['sleep', undefined],
  ['kill after 0', undefined],
  ['kill 3', undefined],
  ['killed', undefined],
])('%j', (text, order) => {
  expect(readOrder(text)).toEqual(order);
});

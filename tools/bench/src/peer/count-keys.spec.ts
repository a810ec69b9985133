import { expect, test } from '@jest/globals';
import { KeyCounter } from './count-keys.js';

test('tells records and different keys apart', () => {
  const counter = new KeyCounter();
  for (const key of ['{"id":1}', '{"id":2}', '{"id":1}', '{"id":3}']) counter.add(key);
  expect(counter.count).toEqual({ records: 4, keys: 3 });
});

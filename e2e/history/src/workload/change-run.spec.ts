import { expect, test } from '@jest/globals';
import { changeRun, joinChanges } from './change-run.js';

const change = (number: number) => ({
  ...{ table: 't', key: BigInt(number), version: 1n, replaces: null, values: {} },
});

test('runs and lists are one, in order, as often as they are read', () => {
  const all = joinChanges([
    [change(1)],
    changeRun(3, (index) => change(10 + index)),
    [],
    [change(2)],
  ]);
  for (let time = 0; time < 2; time += 1) {
    expect([...all].map(({ key }) => key)).toEqual([1n, 10n, 11n, 12n, 2n]);
  }
  expect(all.length).toBe(5);
});

import { describe, expect, it } from '@jest/globals';
import type { WriterStatus } from '@lakeferry/contracts';
import { redeliverySaid, toRedelivery } from './redelivery-view.js';

function writer(lane: number, redelivery: WriterStatus['redelivery']): WriterStatus {
  return {
    ...{ kind: 'writer', taskId: 't', lane, baseVisible: true, error: null },
    ...{ deliveredLsn: null, deliveredAt: null, redelivery },
  };
}

describe('the redelivery of a task', () => {
  it('is nothing where no lane tells of one', () => {
    expect(toRedelivery([writer(0, null), writer(1, undefined)])).toBeNull();
    expect(redeliverySaid(null)).toBeNull();
  });

  it('is the sum over its lanes, and runs while one of them does', () => {
    const done = { running: false, objects: 5, done: 3, lostObjects: 2, lostRows: 20 };
    const running = { running: true, objects: 4, done: 1, lostObjects: 0, lostRows: 0 };
    const sum = toRedelivery([writer(0, done), writer(1, null), writer(2, running)]);
    expect(sum).toEqual({ running: true, objects: 9, done: 4, lostObjects: 2, lostRows: 20 });
    expect(redeliverySaid(sum)).toContain('redelivering 4 of 9 objects');
    expect(redeliverySaid(toRedelivery([writer(0, done)]))).toBeNull();
  });
});

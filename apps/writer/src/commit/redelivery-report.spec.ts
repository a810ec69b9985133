import { describe, expect, it } from '@jest/globals';
import type { LaneBucket } from '@lakeferry/task-store';
import { lossOf, redeliveryOf } from './redelivery-report.js';

const BUCKET: LaneBucket = {
  ...{ epoch: 1, createdAt: null, missing: false, redelivering: false },
  ...{ objects: 9, done: 9, lostObjects: 0, lostRows: 0, changedAt: new Date(0) },
};

describe('what is told of a redelivery', () => {
  it('is nothing before and after one that brought back everything', () => {
    expect(redeliveryOf(BUCKET)).toBeNull();
    expect(lossOf(BUCKET)).toBeNull();
  });

  it('is its progress while it runs', () => {
    expect(redeliveryOf({ ...BUCKET, redelivering: true, done: 4 })).toEqual({
      ...{ running: true, objects: 9, done: 4, lostObjects: 0, lostRows: 0 },
    });
  });

  it('is the loss from its end on, with what to do', () => {
    const bucket = { ...BUCKET, done: 7, lostObjects: 2, lostRows: 30 };
    expect(redeliveryOf(bucket)).toMatchObject({ running: false, lostObjects: 2, lostRows: 30 });
    expect(lossOf(bucket)).toMatchObject({
      code: 'REDELIVERY_INCOMPLETE',
      message: expect.stringContaining('2 objects with 30 rows'),
      remedy: expect.stringContaining('new base scan'),
    });
  });
});

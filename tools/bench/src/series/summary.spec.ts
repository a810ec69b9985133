import { describe, expect, it } from '@jest/globals';
import type { Measured } from './measured.js';
import { summaryOf } from './summary.js';

const run = (more: Partial<Measured>): Measured => ({
  ...{ rows: 1_000_000, seconds: 1, cpuSeconds: {}, rssPeakMiB: {}, figures: {} },
  ...more,
});

describe('a summary', () => {
  it('has medians of rates and figures, and the highest memory', () => {
    const runs = [
      run({
        ...{ seconds: 4, cpuSeconds: { encoder: 2, kafka: 1 }, rssPeakMiB: { encoder: 300 } },
        figures: { objects: 4 },
      }),
      run({
        ...{ seconds: 2, cpuSeconds: { encoder: 4, kafka: 0.5 }, rssPeakMiB: { encoder: 310 } },
        figures: { objects: 6 },
      }),
      run({
        ...{ rows: 2_000_000, seconds: 10, cpuSeconds: { encoder: 6, connect: 1 } },
        ...{ rssPeakMiB: { encoder: 305, kafka: 90 } },
      }),
    ];
    expect(summaryOf({ contestant: 'A', runs })).toEqual({
      contestant: 'A',
      runs: 3,
      rowsPerSecond: { median: 250_000, least: 200_000, most: 500_000 },
      cpuPerMillion: { median: 3.5, least: 3, most: 4.5 },
      cpuPerMillionByProcess: { encoder: 3, kafka: 0.5, connect: 0 },
      rssPeakMiB: { encoder: 310, kafka: 90 },
      figures: { objects: 5 },
    });
  });

  it('has no costs per row of runs without rows', () => {
    const runs = [run({ rows: 0, cpuSeconds: { encoder: 2 }, rssPeakMiB: { encoder: 90 } })];
    expect(summaryOf({ contestant: 'idle', runs })).toMatchObject({
      ...{ rowsPerSecond: { median: 0 }, cpuPerMillion: null, cpuPerMillionByProcess: {} },
      rssPeakMiB: { encoder: 90 },
    });
  });
});

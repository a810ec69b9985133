import { describe, expect, test } from '@jest/globals';
import type { TaskType } from '@lakeferry/contracts';
import { startLane } from './start-lane.js';

const start = (taskType: TaskType, lane: number, checkpoint?: string) =>
  startLane({
    checkpoint: checkpoint === undefined ? undefined : Buffer.from(checkpoint),
    lane,
    task: { taskType },
    plan: { scanLanes: 2 },
    firstSchemaVersion: 4,
  });

describe('startLane', () => {
  test.each([
    ['INC', 0, 'rows', true],
    ['BASE', 1, 'base', false],
    ['BASE_INC', 0, 'base', false],
    ['BASE_INC', 2, 'barrier', true],
  ] as const)('%s lane %d starts at %s', (taskType, lane, posture, baseSealed) => {
    expect(start(taskType, lane)).toMatchObject({
      posture,
      baseSealed,
      position: 0n,
      schemaVersion: 4,
    });
  });

  test.each(['', '{}', '{"v":2}'])('refuses the checkpoint %j', (checkpoint) => {
    expect(() => start('INC', 0, checkpoint)).toThrow(
      expect.objectContaining({ code: 'CONTRACT_VIOLATION' }),
    );
  });
});

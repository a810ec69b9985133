import { expect, it } from '@jest/globals';
import type { DesiredTask, EncoderStatus } from '@lakeferry/contracts';
import { DeliveryError, type ErrorCode } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import { TaskLanes, type TaskLanesOptions } from './task-lanes.js';

/** A task that has opened two of its lanes, as far as its failures are concerned. */
function lanesOf(reports: EncoderStatus[]): TaskLanes {
  const report = (status: EncoderStatus) => void reports.push(status);
  const options = {
    shared: { clock: systemClock, report },
    planBoard: { lanesOpened: (lanes: number) => lanes },
    task: () => ({ taskId: 'id', lanes: 2 }) as DesiredTask,
  };
  return new TaskLanes(options as unknown as TaskLanesOptions);
}

it.each<[string, number, ErrorCode, number]>([
  ['a passing error of an open lane is shown', 1, 'KAFKA_UNAVAILABLE', 1],
  ['one of a lane that is not open would stay for ever', 2, 'KAFKA_UNAVAILABLE', 0],
  ['nor is one shown that somebody must mend: open lanes have it too', 3, 'KAFKA_REFUSED', 0],
  ['a halt is shown of every lane', 2, 'CONTRACT_VIOLATION', 1],
])('%s', (_name, lane, code, count) => {
  const reports: EncoderStatus[] = [];
  lanesOf(reports).failed(lane, new DeliveryError(code, 'a test wants it so'));
  expect(reports.map((status) => [status.lane, status.error?.code])).toEqual(
    Array.from({ length: count }, () => [lane, code]),
  );
});

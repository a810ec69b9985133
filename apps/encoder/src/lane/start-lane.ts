import { laneCheckpoint, type DesiredTask, type TaskPlan } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { newLane, recoverLane, type LaneState } from './lane-state.js';

/** What decides where a lane starts. */
export interface LaneStart {
  readonly checkpoint: Buffer | undefined;
  readonly lane: number;
  readonly task: Pick<DesiredTask, 'taskType'>;
  readonly plan: Pick<TaskPlan, 'scanLanes'>;
  readonly firstSchemaVersion: number;
}

/**
 * The state in which a life of a lane begins. Without a checkpoint: at its base where the task has
 * one; a lane that came after the scan has no base of its own, but waits for that of the others.
 */
export function startLane(start: LaneStart): LaneState {
  const { checkpoint, lane, task, plan, firstSchemaVersion } = start;
  if (checkpoint !== undefined) return recoverLane(parseCheckpoint(checkpoint, lane));
  if (task.taskType === 'INC') return newLane('rows', firstSchemaVersion);
  return newLane(lane < plan.scanLanes ? 'base' : 'barrier', firstSchemaVersion);
}

function parseCheckpoint(bytes: Buffer, lane: number) {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    json = undefined;
  }
  const parsed = laneCheckpoint.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new DeliveryError('CONTRACT_VIOLATION', 'a lane checkpoint is of no known form', {
    context: { lane, field: parsed.error.issues[0]?.path.join('.') },
  });
}

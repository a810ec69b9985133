import type { StoredTask } from '@lakeferry/task-store';
import type { TaskReports } from '../status/task-reports.js';
import { isFinished } from '../task/task-phase.js';

/**
 * The next step of a task's life. Each is idempotent, and what it waits for can be seen again after a
 * restart:
 * - `create-topics` before the services learn of the task;
 * - `fold-schema`: to take over what the stream changed of the schema;
 * - `finish` a BASE task that is delivered;
 * - `release` the lanes: to look whether its consumer groups are empty, once its route is off;
 * - `wait` for what the services do.
 */
export type LifeStep = 'create-topics' | 'fold-schema' | 'finish' | 'release' | 'wait';

/** Pure. */
export function decideStep(task: StoredTask, reports: TaskReports): LifeStep {
  switch (task.state) {
    case 'creating':
      return 'create-topics';
    case 'active':
      if (isBehind(task, reports)) return 'fold-schema';
      return isFinished({ ...task, reports }) ? 'finish' : 'wait';
    case 'deleting':
      return reports.route?.state === 'off' ? 'release' : 'wait';
    case 'paused':
      return isBehind(task, reports) ? 'fold-schema' : 'wait';
    case 'finished':
    case 'deleted':
      return 'wait';
    default:
      return task.state satisfies never;
  }
}

/** Whether the stream follows a newer version of the schema than the task's record knows. */
function isBehind(task: StoredTask, { route }: TaskReports): boolean {
  return (route?.version ?? 0) > task.schemaVersion;
}

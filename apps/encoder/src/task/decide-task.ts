import type { DesiredTask } from '@lakeferry/contracts';

/** What a process does with a task: take part in it, or have nothing (more) to do with it. */
export type TaskDecision = 'run' | 'release';

/** A paused task keeps its lanes: they stand still, and go on where they are. */
export function decideTask(task: Pick<DesiredTask, 'state'> | null): TaskDecision {
  if (task === null) return 'release';
  switch (task.state) {
    case 'active':
    case 'paused':
      return 'run';
    case 'finished':
    case 'deleting':
      return 'release';
    default:
      return task.state satisfies never;
  }
}

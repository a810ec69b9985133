import type { DesiredTask } from '@lakeferry/contracts';

/** What a record of `lakeferry.tasks` means for the writer that runs, or does not run, the task. */
export type TaskChange = 'start' | 'stop' | 'restart' | 'resume' | 'nothing';

/**
 * Files of a task are written in every state but `deleting`: pause and finish end what comes, not
 * what is on its way. What else may change of a task while it lives needs a new start when it says
 * where objects go.
 *
 * @param running as the task was when it was started or last seen, if it runs
 * @param desired `undefined` when the task is gone
 */
export function decideTaskChange(
  running: DesiredTask | undefined,
  desired: DesiredTask | undefined,
): TaskChange {
  if (desired === undefined || desired.state === 'deleting') {
    return running === undefined ? 'nothing' : 'stop';
  }
  if (running === undefined) return 'start';
  if (placeOf(running) !== placeOf(desired)) return 'restart';
  return desired.state === 'active' && running.state === 'paused' ? 'resume' : 'nothing';
}

function placeOf({ config }: DesiredTask): string {
  const { ossBucket, ossEndpoint, region, ossPrefix, ossStsRole } = config;
  return JSON.stringify([ossBucket, ossEndpoint, region, ossPrefix, ossStsRole]);
}

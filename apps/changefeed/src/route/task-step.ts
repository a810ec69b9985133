import { FIRST_REVISION, type DesiredTask, type SourceRoute } from '@lakeferry/contracts';
import { formOf } from './route-form.js';

/** What stands between a task as it is desired and as it is. */
export type TaskStep =
  'add-route' | 'find-plan' | 'scan' | 'change-schema' | 'remove-route' | 'report-off' | 'nothing';

/**
 * The next step for a task of a source (design section 6: route first, then the plan, then the scan).
 * What the user wants of a running task waits for its scan: its rows are all of one version.
 * Pure.
 *
 * @param desired null when the task is gone
 */
export function decideTaskStep(
  desired: DesiredTask | null,
  route: SourceRoute | undefined,
  scanDone: boolean,
): TaskStep {
  const wanted = desired !== null && (desired.state === 'active' || desired.state === 'paused');
  if (!wanted) {
    if (route !== undefined) return 'remove-route';
    return desired === null ? 'nothing' : 'report-off';
  }
  if (route === undefined) return 'add-route';
  if (route.halted !== null) return 'nothing';
  if (route.plan === null) return 'find-plan';
  if (desired.taskType !== 'INC' && !scanDone) return 'scan';
  if ((desired.schemaRevision ?? FIRST_REVISION) > formOf(route).revision) return 'change-schema';
  return 'nothing';
}

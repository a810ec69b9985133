import type { RouteStatus } from '@lakeferry/contracts';
import type { StoredTaskState } from '@lakeferry/task-store';
import type { TaskPhase } from './task-phase.js';

export interface PatchFacts {
  readonly state: StoredTaskState;
  readonly phase: TaskPhase;
  readonly revision: number;
  /** The revision that the user saw, if the user told. */
  readonly builtOn: number | undefined;
  /** Rows become something else. */
  readonly needsVersion: boolean;
  readonly route: Pick<RouteStatus, 'error'> | undefined;
}

/** Why a task can't be changed now, or null. Pure. */
export function patchRefusal(facts: PatchFacts): string | null {
  const { state, phase, revision, builtOn, needsVersion, route } = facts;
  if (state !== 'active' && state !== 'paused') {
    return `the task is ${state}: only a task that is active or paused can be changed`;
  }
  if (builtOn !== undefined && builtOn !== revision) {
    return `the change builds on revision ${builtOn} of the task, which is at ${revision}: look at it again`;
  }
  if (!needsVersion) return null;
  if (phase !== 'INCR') {
    return (
      `the task is in phase ${phase}: its schema, prefix, time zone and event time can be changed ` +
      'once its full data is delivered; limits and role at any time'
    );
  }
  const error = route?.error ?? null;
  if (error?.action !== 'halt') return null;
  return `the task is halted (${error.message}): no row would follow the change`;
}

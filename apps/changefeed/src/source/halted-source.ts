import {
  SOURCE_KEYS,
  sourceTopic,
  type DesiredTask,
  type SourcePosition,
  type SourceRoute,
} from '@lakeferry/contracts';
import { keyedRecord } from '../publish/keyed-record.js';
import type { FencedLog } from '../publish/fenced-log.js';
import type { DesiredTasks } from '../route/desired-tasks.js';
import type { SourceState } from './source-state.js';

/** What is done next for a source that must not go on from its position. */
export type HaltedStep =
  | { readonly kind: 'remove-route'; readonly taskId: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'wait' };

/**
 * A halted source owes its tasks changes that it can't give. It waits until they were deleted; with
 * no route left nothing is owed any more, and the source may begin anew. Pure.
 *
 * @param isGone whether a task is known to be deleted, finished, or no more
 */
export function decideHaltedStep(
  routes: ReadonlyMap<string, SourceRoute>,
  isGone: (taskId: string) => boolean,
): HaltedStep {
  for (const taskId of routes.keys()) if (isGone(taskId)) return { kind: 'remove-route', taskId };
  return routes.size === 0 ? { kind: 'reset' } : { kind: 'wait' };
}

/** Whether a task needs no route any more. Pure. */
export function isGone(desired: DesiredTask | null): boolean {
  return desired === null || desired.state === 'deleting' || desired.state === 'finished';
}

export interface HaltedSourceOptions {
  readonly source: string;
  readonly log: FencedLog<SourceState>;
  readonly desired: DesiredTasks;
  /** No producer of ours knows the task's topics any more. */
  readonly onRouteOff: (taskId: string) => void;
  /** Removes what is left of the source's slot. */
  readonly dropSlot: (position: SourcePosition) => Promise<void>;
}

/** @returns whether the source may begin anew; false when the signal aborted first */
export async function sitOutHalt(
  options: HaltedSourceOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { source, log, desired, onRouteOff, dropSlot } = options;
  const routes = new Map(log.state.routes);
  const forget = (key: string) =>
    log.commit([keyedRecord({ topic: sourceTopic(source), partition: 0, key, value: null })]);
  while (!signal.aborted) {
    for (const task of desired.ofSource(source)) {
      if (isGone(task) && !routes.has(task.taskId)) onRouteOff(task.taskId);
    }
    const changed = nextChange(desired, signal);
    const step = decideHaltedStep(routes, (id) => desired.knows(id) && isGone(desired.get(id)));
    if (step.kind === 'wait') await changed;
    if (step.kind === 'remove-route') {
      await forget(SOURCE_KEYS.route(step.taskId));
      routes.delete(step.taskId);
      onRouteOff(step.taskId);
    }
    if (step.kind === 'reset') {
      if (log.state.position !== null) await dropSlot(log.state.position);
      await forget(SOURCE_KEYS.position);
      return true;
    }
  }
  return false;
}

function nextChange(desired: DesiredTasks, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = desired.onChange(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

import { LANES_MAX, type TaskType } from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';

/** Lanes of a task at first and at most, and what is wrong with what was asked for. */
export interface ResolvedLanes {
  readonly lanes: number;
  readonly lanesMax: number;
  readonly problems: readonly FieldProblem[];
}

/**
 * A task that names no lane count starts with one and gets more when its rate needs them. One that
 * names it keeps it, unless it also says how many there may become. A BASE task is over after its
 * scan, during which lanes stay as they are. Pure.
 */
export function resolveLanes(
  taskType: TaskType,
  asked: { readonly lanes?: number | undefined; readonly lanesMax?: number | undefined },
): ResolvedLanes {
  const lanes = asked.lanes ?? 1;
  const mayGrow = asked.lanes === undefined && taskType !== 'BASE';
  const lanesMax = asked.lanesMax ?? (mayGrow ? LANES_MAX : lanes);
  if (lanesMax >= lanes) return { lanes, lanesMax, problems: [] };
  const problem = `${lanesMax} is fewer than the ${lanes} lanes at first`;
  const remedy = `Give a whole number from ${lanes} to ${LANES_MAX}.`;
  return { lanes, lanesMax, problems: [{ field: 'taskConfig.lanesMax', problem, remedy }] };
}

import {
  lanesOpened,
  openingOf,
  parseLsn,
  type LaneOpening,
  type TaskType,
} from '@lakeferry/contracts';
import type { StoredTaskState } from '@lakeferry/task-store';
import type { TaskReports } from '../status/task-reports.js';

export type TaskPhase = 'INIT' | 'FULL' | 'INCR';

/** What the phase of a task depends on. */
export interface TaskProgress {
  readonly taskType: TaskType;
  readonly state: StoredTaskState;
  readonly lanes: number;
  readonly reports: Pick<TaskReports, 'route' | 'scan' | 'writers'>;
}

/** Up to where every row of a task is in a visible object. */
export interface DeliveredUpTo {
  readonly lsn: string;
  readonly at: string | null;
}

/**
 * `INIT` until the route is durable; `FULL` until the base of all lanes is visible, which an INC task
 * does not have; `INCR` then. Pure.
 */
export function taskPhase(task: TaskProgress): TaskPhase {
  const { route } = task.reports;
  if (task.state === 'finished') return 'INCR';
  if (task.state === 'creating' || route === undefined || route.state === 'pending') return 'INIT';
  return task.taskType === 'INC' || isBaseVisible(task) ? 'INCR' : 'FULL';
}

export function isBaseVisible({
  lanes,
  reports,
}: Pick<TaskProgress, 'lanes' | 'reports'>): boolean {
  return lanesOf(lanes).every((lane) => reports.writers.get(lane)?.baseVisible === true);
}

/**
 * The minimum over all lanes; null while one of them has not said anything. A lane that came later
 * is delivered up to where it was opened before it says anything itself. Pure.
 */
export function deliveredUpTo({
  lanes,
  reports,
}: Pick<TaskProgress, 'lanes' | 'reports'>): DeliveredUpTo | null {
  const openings = openingsOf(reports);
  const points = lanesOf(lanesOpened(lanes, openings)).map((lane) => {
    const { deliveredLsn = null, deliveredAt = null } = reports.writers.get(lane) ?? {};
    if (deliveredLsn !== null) return { lsn: deliveredLsn, at: deliveredAt };
    const { lsn = null, at = null } = openingOf(lane, lanes, openings) ?? {};
    return { lsn, at };
  });
  const lsns = points.map((point) => point.lsn);
  if (lsns.some((lsn) => lsn === null)) return null;
  const known = lsns.filter((lsn) => lsn !== null);
  const lsn = known.reduce((least, each) => (parseLsn(each) < parseLsn(least) ? each : least));
  const times = points.map((point) => point.at);
  const at = times.some((time) => time === null)
    ? null
    : times.filter((time) => time !== null).reduce((least, each) => (each < least ? each : least));
  return { lsn, at };
}

/** The most that any lane was told: each knows at least what came before its own point. */
function openingsOf(reports: Pick<TaskReports, 'writers'>): readonly LaneOpening[] {
  return [...reports.writers.values()]
    .map(({ openings = [] }) => openings)
    .reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Whether a BASE task has delivered everything: E of its scan, and its base. Pure. */
export function isFinished(task: TaskProgress): boolean {
  if (task.taskType !== 'BASE' || task.state !== 'active' || !isBaseVisible(task)) return false;
  const end = task.reports.scan?.end ?? null;
  const delivered = deliveredUpTo(task);
  return end !== null && delivered !== null && parseLsn(delivered.lsn) >= parseLsn(end);
}

/**
 * Why a task can't be deleted now, or null. A task is not deleted while it is initialized; one
 * whose route can't be made without the user never gets further, so it may. Pure.
 */
export function deletionRefusal(task: TaskProgress): string | null {
  if (taskPhase(task) !== 'INIT') return null;
  const action = task.reports.route?.error?.action;
  if (action === 'hold' || action === 'halt') return null;
  return 'the task is being initialized and can not be deleted now';
}

function lanesOf(count: number): number[] {
  return Array.from({ length: count }, (_, lane) => lane);
}

import { parseLsn, taskTopics, type SourceRoute, type TaskTopics } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';
import { LaneBuffer } from '../stream/lane-buffer.js';

/** A route in force, with what waits for its lanes and what passed since the process took it over. */
export interface ActiveRoute {
  readonly route: SourceRoute;
  readonly topics: TaskTopics;
  readonly lanes: readonly LaneBuffer[];
  rows: number;
  bytes: number;
  unchangedToast: number;
}

/** The lane count in force for a transaction (rule 6). Pure. */
export function laneCountAt(lanes: SourceRoute['lanes'], commitLsn: bigint): number {
  const inForce = lanes.findLast((entry) => parseLsn(entry.from) <= commitLsn) ?? lanes[0];
  return must(inForce, 'a route has a lane count').count;
}

/** Lanes that may still hold rows: control records go to all of them. */
export function widestLaneCount(lanes: SourceRoute['lanes']): number {
  return Math.max(...lanes.map((entry) => entry.count));
}

/** Which tables of a source go to which tasks. */
export class RouteTable {
  private readonly byTask = new Map<string, ActiveRoute>();

  /** Adds a route, or renews it (its plan was found) and keeps what waits in its lanes. */
  set(route: SourceRoute): ActiveRoute {
    const known = this.byTask.get(route.task.taskId);
    const active: ActiveRoute = {
      route,
      topics: taskTopics(route.task.taskName, route.task.taskId),
      lanes:
        known?.lanes ??
        Array.from({ length: widestLaneCount(route.lanes) }, () => new LaneBuffer()),
      rows: known?.rows ?? 0,
      bytes: known?.bytes ?? 0,
      unchangedToast: known?.unchangedToast ?? 0,
    };
    this.byTask.set(route.task.taskId, active);
    return active;
  }

  delete(taskId: string): void {
    this.byTask.delete(taskId);
  }

  get(taskId: string): ActiveRoute | undefined {
    return this.byTask.get(taskId);
  }

  ofTable(oid: number): ActiveRoute[] {
    return this.all().filter((active) => active.route.tableOid === oid);
  }

  all(): ActiveRoute[] {
    return [...this.byTask.values()];
  }
}

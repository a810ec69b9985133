import { FIRST_VERSION, taskTopics, type SourceRoute, type TaskTopics } from '@lakeferry/contracts';
import { LaneBuffer } from '../stream/lane-buffer.js';
import { widestLaneCount } from './lane-table.js';
import { formOf } from './route-form.js';

/** A route in force, with what waits for its lanes and what passed since the process took it over. */
export interface ActiveRoute {
  readonly route: SourceRoute;
  readonly topics: TaskTopics;
  readonly lanes: readonly LaneBuffer[];
  rows: number;
  bytes: number;
  unchangedToast: number;
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
      lanes: Array.from(
        { length: widestLaneCount(route) },
        (_, lane) => known?.lanes[lane] ?? newLane(route),
      ),
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

/** A lane that was not there when the schema changed learns its version before its first mutation. */
function newLane(route: SourceRoute): LaneBuffer {
  const lane = new LaneBuffer();
  const { version, lsn } = formOf(route);
  if (version > FIRST_VERSION) lane.control({ control: 'schema', version, lsn });
  return lane;
}

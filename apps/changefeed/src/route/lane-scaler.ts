import {
  PLAN_KEYS,
  PLAN_PARTITIONS,
  SOURCE_KEYS,
  formatLsn,
  sourceTopic,
  type PlanLanes,
  type SourceRoute,
} from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import { metrics, type Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { keyedRecord } from '../publish/keyed-record.js';
import type { StreamPublisher } from '../stream/stream-publisher.js';
import type { StreamSink } from '../stream/stream-sink.js';
import { decideLanes, type LaneDemand, type LaneLimits } from './decide-lanes.js';
import type { DesiredTasks } from './desired-tasks.js';
import { laneCountNow, withLaneCount } from './lane-table.js';
import type { ActiveRoute, RouteTable } from './route-table.js';

export interface LaneScalerOptions {
  readonly source: string;
  readonly routes: RouteTable;
  readonly desired: DesiredTasks;
  readonly sink: StreamSink;
  readonly publisher: StreamPublisher;
  readonly limits: LaneLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the base of the task is still being scanned: its lanes stay as they are (rule 6). */
  readonly isScanning: (taskId: string) => boolean;
}

/** Gives the tasks of a source as many lanes as their rates need (rule 6). */
export class LaneScaler {
  private readonly demands = new Map<string, LaneDemand>();

  constructor(private readonly options: LaneScalerOptions) {}

  /**
   * Looks at every task once.
   *
   * @param at time of the last watermark, for lanes that are opened now
   */
  look(at: string | null): void {
    const { routes } = this.options;
    for (const taskId of this.demands.keys()) {
      if (routes.get(taskId) === undefined) this.demands.delete(taskId);
    }
    for (const active of routes.all()) this.lookAt(active, at);
  }

  private lookAt(active: ActiveRoute, at: string | null): void {
    const { desired, limits, clock, isScanning } = this.options;
    const { route, rows, bytes } = active;
    const { taskId } = route.task;
    const task = desired.get(taskId);
    const settled = route.plan !== null && route.halted === null && !isScanning(taskId);
    if (task === null || task.taskType === 'BASE' || !settled) return;
    const sample = { atMs: clock.now(), rows, bytes };
    const count = laneCountNow(route.lanes);
    const decided = decideLanes(this.demands.get(taskId) ?? [], sample, {
      ...{ count, min: task.lanes, max: Math.max(task.lanes, task.config.lanesMax), limits },
    });
    this.demands.set(taskId, decided.demand);
    if (decided.count !== count) this.change(route, decided.count, at);
  }

  /**
   * Rows of transactions that are still to come are spread over so many lanes. Route, plan and control
   * records are in one Kafka transaction, behind every mutation that was gathered so far.
   */
  private change(route: SourceRoute, count: number, at: string | null): void {
    const { routes, sink, publisher, source, logger } = this.options;
    const { taskId, taskName } = route.task;
    const from = sink.nextCommitLsn;
    const changed = withLaneCount(route, { count, from, at, passed: sink.completeLsn });
    const { lanes, topics } = routes.set(changed);
    sink.routesChanged(changed.tableOid);
    const { openings } = changed;
    for (const lane of lanes) {
      lane.control({ control: 'lanes', count, lsn: formatLsn(from), openings });
    }
    metrics.lanes.set({ task: taskName }, count);
    logger.info('lane count changes', {
      taskId,
      task: taskName,
      lanes: count,
      lsn: formatLsn(from),
    });
    const plan: PlanLanes = { v: 1, openings };
    publisher
      .request([
        keyedRecord({
          topic: sourceTopic(source),
          partition: 0,
          key: SOURCE_KEYS.route(taskId),
          value: changed,
        }),
        keyedRecord({
          topic: topics.plan,
          partition: PLAN_PARTITIONS.stream,
          key: PLAN_KEYS.lanes,
          value: plan,
        }),
      ])
      .catch((error: unknown) => {
        // The stream starts anew from what is durable, and looks again.
        if (!isDeliveryError(error)) throw error;
        logger.debug('lane count not changed', { taskId, lanes: count, err: error });
      });
  }
}

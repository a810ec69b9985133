import {
  taskGroups,
  taskTopics,
  toStatusError,
  transactionalIds,
  type DesiredTask,
} from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import {
  fenceIdOf,
  LaneConsumer,
  toKafkaError,
  TopicFollower,
  type KafkaConnection,
} from '@lakeferry/kafka';
import { metrics, type Logger } from '@lakeferry/observability';
import { serviceLoop } from '@lakeferry/runtime';
import { PlanBoard } from './plan-board.js';
import { RecordFreer } from './record-freer.js';
import { TaskLanes, type EncoderShared } from './task-lanes.js';

export interface TaskRunOptions {
  readonly kafka: KafkaConnection;
  readonly logger: Logger;
  readonly shared: EncoderShared;
  readonly freeMs: number;
  readonly onCrash: (error: DeliveryError) => void;
}

const RETRY = { firstMs: 200, maxMs: 15_000, factor: 2 } as const;
const HOLD_MS = 15_000;

/** One task at this process, from the time its plan is readable until the task ends or moves on. */
export class TaskRun {
  private readonly ending = new AbortController();
  private readonly planBoard = new PlanBoard();
  private readonly halted = new Set<number>();
  private readonly logger: Logger;
  private lanes: TaskLanes | undefined;
  private consumer: LaneConsumer | undefined;
  private readonly running: Promise<void>;

  constructor(
    private readonly options: TaskRunOptions,
    private task: DesiredTask,
  ) {
    this.logger = options.logger.with({ taskId: task.taskId, task: task.taskName });
    this.running = this.run();
  }

  /** The task's desired state changed; it is still to be run. */
  update(task: DesiredTask): void {
    const resumes = this.task.state === 'paused' && task.state === 'active';
    this.task = task;
    void this.lanes?.taskChanged();
    if (!resumes) return;
    for (const lane of this.halted) this.consumer?.resume(lane);
    this.halted.clear();
  }

  /** Drops what is open and leaves the group. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    try {
      await serviceLoop(() => this.live(), {
        signal,
        retry: RETRY,
        holdMs: HOLD_MS,
        onFailure: ({ error, attempt, waitMs }) =>
          this.logger.warn('task can not be encoded yet', { attempt, waitMs, err: error }),
      });
    } catch (error) {
      this.logger.error('task can not be encoded', { err: error });
      this.gaveUp(toKafkaError(error, {}));
    }
  }

  /** The task as a whole can't be encoded: its first lane says so for all. */
  private gaveUp(error: DeliveryError): void {
    const { shared, onCrash } = this.options;
    if (error.action === 'crash') return onCrash(error);
    const { taskId } = this.task;
    const nothing = { lane: 0, phase: 'base', rows: 0, openFiles: 0, openBytes: 0 } as const;
    const status = toStatusError(error, shared.clock.now());
    shared.report({ kind: 'encoder', taskId, ...nothing, error: status });
  }

  private async live(): Promise<void> {
    const { signal } = this.ending;
    const { kafka, onCrash, shared } = this.options;
    const { taskName, taskId } = this.task;
    const topics = taskTopics(taskName, taskId);
    await using resources = new AsyncDisposableStack();
    const follower = new TopicFollower({
      kafka,
      topic: topics.plan,
      onRecord: (record) => {
        if (fenceIdOf(record) !== undefined || record.key === null) return;
        this.planBoard.take(record.key.toString('utf8'), record.value?.toString('utf8') ?? null);
        void this.lanes?.taskChanged();
      },
      onCrash,
    });
    resources.defer(() => follower.stop());
    const stopEarly = () => void follower.stop();
    signal.addEventListener('abort', stopEarly, { once: true });
    await follower.start();
    const plan = await this.planBoard.ready(signal);
    signal.removeEventListener('abort', stopEarly);
    if (plan === undefined) return;
    const { planBoard } = this;
    const lanes = new TaskLanes({ shared, task: () => this.task, topics, plan, planBoard });
    this.lanes = lanes;
    const consumer = new LaneConsumer({
      kafka,
      groupId: taskGroups(taskName, taskId).encoder,
      lanesTopic: topics.lanes,
      inputTopics: [topics.base, topics.rows],
      transactionalId: (lane) => transactionalIds.lane(taskName, taskId, lane),
      processor: lanes,
      onHalted: (lane, error) => {
        this.halted.add(lane);
        lanes.failed(lane, error);
        this.logger.error('lane halted', { lane, err: error });
      },
      onRetry: (lane, error) => {
        metrics.retries.inc({ component: 'encoder', code: error.code });
        lanes.failed(lane, error);
      },
      onCrash,
    });
    resources.defer(() => consumer.stop());
    this.consumer = consumer;
    await consumer.start();
    this.logger.info('task is encoded', { state: this.task.state });
    await this.freeUntilEnd(lanes, new RecordFreer(kafka, topics));
  }

  private async freeUntilEnd(lanes: TaskLanes, freer: RecordFreer): Promise<void> {
    const { signal } = this.ending;
    const { clock } = this.options.shared;
    for (;;) {
      await clock.sleep(this.options.freeMs, signal);
      if (signal.aborted) return;
      try {
        await freer.free(lanes.committed());
      } catch (error) {
        this.logger.warn('records can not be freed yet', { err: error });
      }
    }
  }
}

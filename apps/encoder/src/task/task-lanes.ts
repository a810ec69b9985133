import {
  toStatusError,
  type DesiredTask,
  type EncoderStatus,
  type TaskPlan,
  type TaskTopics,
} from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import type { InputPosition, Lane, LaneBatch, LaneProcessor } from '@lakeferry/kafka';
import { must, type Clock } from '@lakeferry/runtime';
import type { EncoderThreads } from '../lane/encoder-threads.js';
import type { LaneView } from '../lane/lane-context.js';
import { LaneRun } from '../lane/lane-run.js';
import type { MemoryBudget } from '../lane/memory-budget.js';
import type { BarrierBoard } from './barrier-board.js';
import type { PlanBoard } from './plan-board.js';

/** What all lanes of the process share. */
export interface EncoderShared {
  readonly threads: EncoderThreads;
  readonly budget: MemoryBudget;
  readonly barrier: BarrierBoard;
  readonly openPrefixesMax: number;
  readonly clock: Clock;
  readonly report: (status: EncoderStatus) => void;
}

export interface TaskLanesOptions {
  readonly shared: EncoderShared;
  readonly task: () => DesiredTask;
  readonly topics: TaskTopics;
  readonly plan: TaskPlan;
  readonly planBoard: PlanBoard;
}

interface Living {
  readonly run: LaneRun;
  readonly giveBack: () => void;
}

/** A lane that the task has not opened yet. */
interface Idle {
  readonly lane: Lane;
  readonly checkpoint: Buffer | undefined;
}

/** The lanes of one task that this process owns. */
export class TaskLanes implements LaneProcessor {
  private readonly living = new Map<number, Living>();
  private readonly idle = new Map<number, Idle>();
  private readonly views = new Map<number, LaneView>();

  constructor(private readonly options: TaskLanesOptions) {}

  async recovered(lane: Lane, checkpoint: Buffer | undefined): Promise<InputPosition | undefined> {
    if (lane.index >= this.lanesOpened) {
      this.idle.set(lane.index, { lane, checkpoint });
      return undefined;
    }
    return this.open(lane, checkpoint);
  }

  async process(lane: Lane, batch: LaneBatch): Promise<void> {
    await must(this.living.get(lane.index), 'a lane that is read is open').run.process(batch);
  }

  async released(lane: Lane): Promise<void> {
    this.idle.delete(lane.index);
    const living = this.living.get(lane.index);
    this.living.delete(lane.index);
    this.views.delete(lane.index);
    if (living === undefined) return;
    await living.run.close();
    living.giveBack();
  }

  /** The desired state or the plan changed: pauses, resumes, and starts lanes that were opened. */
  async taskChanged(): Promise<void> {
    for (const { run } of this.living.values()) void run.taskChanged();
    for (const [index, { lane, checkpoint }] of [...this.idle]) {
      if (index >= this.lanesOpened) continue;
      // Calls overlap: whoever takes the lane out of the idle ones opens it.
      if (!this.idle.delete(index)) continue;
      try {
        const input = await this.open(lane, checkpoint);
        if (input !== undefined) await lane.switchInput(input);
      } catch (error) {
        lane.fail(error);
      }
    }
  }

  private get lanesOpened(): number {
    const { planBoard, task } = this.options;
    return planBoard.lanesOpened(task().lanes);
  }

  /**
   * Shows why a lane stands still; over when it reports again. One that the task has not opened does
   * not report when it recovers, and nothing waits for it: only what it can't recover from is shown.
   */
  failed(lane: number, error: DeliveryError): void {
    if (lane >= this.lanesOpened && error.action !== 'halt') return;
    const { shared, task } = this.options;
    const nothing = { lane, phase: 'rows', rows: 0, openFiles: 0, openBytes: 0 } as const;
    const view = { ...(this.views.get(lane) ?? nothing), openFiles: 0, openBytes: 0 };
    const { taskId } = task();
    const status = toStatusError(error, shared.clock.now());
    shared.report({ kind: 'encoder', taskId, ...view, error: status });
  }

  /** Committed input positions by lane, for what they allow to free. */
  committed(): ReadonlyMap<number, InputPosition> {
    const found = new Map<number, InputPosition>();
    for (const [lane, { run }] of this.living) {
      if (run.committed !== null) found.set(lane, run.committed);
    }
    return found;
  }

  private async open(
    lane: Lane,
    checkpoint: Buffer | undefined,
  ): Promise<InputPosition | undefined> {
    const { shared, task, ...rest } = this.options;
    const { thread, giveBack } = shared.threads.lease();
    try {
      const run = await LaneRun.open(
        {
          ...rest,
          ...shared,
          lane,
          thread,
          task,
          onChanged: (view) => {
            this.views.set(view.lane, view);
            shared.report({ kind: 'encoder', taskId: task().taskId, ...view, error: null });
          },
        },
        checkpoint,
      );
      if (lane.isOver) {
        await run.close();
        giveBack();
        return undefined;
      }
      this.living.set(lane.index, { run, giveBack });
      const { input } = run;
      run.begin();
      return input;
    } catch (error) {
      giveBack();
      throw error;
    }
  }
}

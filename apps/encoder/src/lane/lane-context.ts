import type { DesiredTask, EncoderStatus, TaskPlan, TaskTopics } from '@lakeferry/contracts';
import type { Lane } from '@lakeferry/kafka';
import type { EncoderThread } from '@lakeferry/parquet';
import type { Clock } from '@lakeferry/runtime';
import type { BarrierBoard } from '../task/barrier-board.js';
import type { PlanBoard } from '../task/plan-board.js';
import type { MemoryBudget } from './memory-budget.js';

/** What is shown of a lane while it lives. */
export type LaneView = Pick<EncoderStatus, 'lane' | 'phase' | 'rows' | 'openFiles' | 'openBytes'>;

/** What a lane needs to know of its task and process. */
export interface LaneContext {
  readonly lane: Lane;
  /** The desired state as it is now. */
  readonly task: () => DesiredTask;
  readonly topics: TaskTopics;
  readonly plan: TaskPlan;
  readonly planBoard: PlanBoard;
  readonly barrier: BarrierBoard;
  readonly thread: EncoderThread;
  readonly budget: MemoryBudget;
  readonly openPrefixesMax: number;
  readonly clock: Clock;
  readonly onChanged: (view: LaneView) => void;
}

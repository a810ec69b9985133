import {
  DeliverySampler,
  type DeliverySample,
  isDeliveredBeyond,
  type TaskName,
  type TaskView,
} from '@lakeferry/history';
import { eventually } from '@lakeferry/testing';
import type { PlannedTask } from '../plan/round-plan.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { RoundTable } from './round-tables.js';

/** A task of a round that was created. */
export interface LiveTask {
  readonly planned: PlannedTask;
  readonly name: TaskName;
  readonly table: RoundTable;
  readonly prefix: string;
  readonly sampler: DeliverySampler;
  /** Objects that a deleted task of the same name had left, key to ETag; of a task that follows one. */
  readonly predecessors?: ReadonlyMap<string, string> | undefined;
}

/** A task that was deleted in the round, with what it had promised and delivered until then. */
export interface RetiredTask {
  readonly task: LiveTask;
  /** Its last status. */
  readonly view: TaskView;
  readonly samples: readonly DeliverySample[];
  /** Folder with a copy of its objects. */
  readonly root: string;
}

const CREATE_MS_MAX = 60_000;
const END_MS_MAX = 120_000;
const GONE_MS_MAX = 60_000;
const SAMPLE_EVERY_MS = 1_000;
/** Answers of a service that is being broken are asked for again. */
const AGAIN_MS = 300;

/** Where in the bucket all objects of a round are. */
export function roundFolder(seed: number): string {
  return `chaos/r${seed}`;
}

/** The tasks of one round: their creation, their statuses, their end. */
export class RoundTasks {
  readonly retired: RetiredTask[] = [];
  private readonly tasks = new Map<string, LiveTask>();

  constructor(
    private readonly system: ChaosSystem,
    private readonly seed: number,
    private readonly tables: ReadonlyMap<PlannedTask['table'], RoundTable>,
  ) {}

  get live(): readonly LiveTask[] {
    return [...this.tasks.values()];
  }

  nameOf(planned: PlannedTask): TaskName {
    const tableName = this.tableOf(planned).workload.name;
    return { source: 'local', tableName, taskName: `r${this.seed}-${planned.name}` };
  }

  get(name: string): LiveTask {
    const found = this.tasks.get(name);
    if (found === undefined) throw new Error(`there is no task ${name}`);
    return found;
  }

  /** Creates a task; a request whose answer was lost is repeated until the task is there. */
  async create(
    planned: PlannedTask,
    predecessors?: ReadonlyMap<string, string>,
  ): Promise<LiveTask> {
    const { client, s3 } = this.system;
    const name = this.nameOf(planned);
    const table = this.tableOf(planned);
    const prefix = `${roundFolder(this.seed)}/${planned.name}/${table.folders}`;
    const request = {
      ...name,
      taskType: planned.taskType,
      taskConfig: {
        ossPrefix: prefix,
        ossBucket: s3.bucket,
        parquetSchema: 'auto',
        lanes: planned.lanes,
        ...(table.eventTimeColumn !== undefined && {
          eventTimeColumn: { columnName: table.eventTimeColumn },
        }),
        ...planned.config,
      },
    };
    await eventually(
      async () => {
        try {
          await client.create(request);
          return true;
        } catch (error) {
          if (await client.exists(name)) return true;
          throw error;
        }
      },
      { deadlineMs: CREATE_MS_MAX, everyMs: AGAIN_MS, what: `creation of ${name.taskName}` },
    );
    const sampler = DeliverySampler.start({
      client,
      task: name,
      s3,
      bucket: s3.bucket,
      prefix,
      everyMs: SAMPLE_EVERY_MS,
    });
    const task = { planned, name, table, prefix, sampler, predecessors };
    this.tasks.set(planned.name, task);
    return task;
  }

  /** The status as task-api tells it now. */
  describe(task: LiveTask): Promise<TaskView> {
    return this.system.client.describe(task.name);
  }

  /** Waits until the task has delivered everything up to `lsn`, and a BASE task until it is finished. */
  untilDelivered(task: LiveTask, lsn: bigint): Promise<TaskView> {
    return this.until(task, (view) => hasDelivered(task, view, lsn));
  }

  /** Waits until the task has stopped with an error, and a remedy that a person can follow. */
  untilHalted(task: LiveTask, errorCode: string): Promise<TaskView> {
    return this.until(task, (view) => view.errorCode === errorCode && Boolean(view.remedy));
  }

  private async until(task: LiveTask, wanted: (view: TaskView) => boolean): Promise<TaskView> {
    let last: TaskView | undefined;
    try {
      return await eventually(
        async () => {
          last = await this.describe(task);
          return wanted(last) ? last : undefined;
        },
        { deadlineMs: END_MS_MAX, everyMs: AGAIN_MS, what: 'the end of the round' },
      );
    } catch (cause) {
      const status = JSON.stringify(last);
      throw new Error(`${task.name.taskName} is stuck: ${status}`, { cause });
    }
  }

  /** Deletes the task and waits until nothing but its objects is left. */
  async remove(task: LiveTask): Promise<readonly DeliverySample[]> {
    const { client } = this.system;
    const { name } = task;
    const samples = await task.sampler.stop();
    this.tasks.delete(task.planned.name);
    await eventually(
      async () => {
        if (!(await client.exists(name))) return true;
        await client.remove(name).catch(() => undefined);
        return undefined;
      },
      { deadlineMs: GONE_MS_MAX, everyMs: AGAIN_MS, what: `end of ${name.taskName}` },
    );
    return samples;
  }

  /** Stops what watches the tasks. */
  async release(): Promise<void> {
    await Promise.all(this.live.map(({ sampler }) => sampler.stop()));
  }

  private tableOf(planned: PlannedTask): RoundTable {
    const table = this.tables.get(planned.table);
    if (table === undefined) throw new Error(`the round has no ${planned.table} table`);
    return table;
  }
}

/** Whether a task has all that it must have of the commits up to `lsn`. */
export function hasDelivered(task: LiveTask, view: TaskView, lsn: bigint): boolean {
  if (task.planned.taskType === 'BASE') return view.state === 'finished';
  return isDeliveredBeyond(view, lsn);
}

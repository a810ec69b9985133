import {
  checkHistory,
  type CheckOptions,
  CommitLog,
  type HistoryReport,
  isDeliveredBeyond,
  Journal,
  lastCommit,
  parseWalPosition,
  type TaskClient,
  type TaskName,
  type TaskView,
  Workload,
  type WorkloadMix,
  type WorkloadTable,
} from '@lakeferry/history';
import { eventually, uniqueName } from '@lakeferry/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliverySystem } from './system.js';

/** One task over a table that a workload changes, from its creation to its check. */
export interface Scenario {
  readonly table: WorkloadTable;
  /** Rows that are in the table, keys and versions from 1. */
  readonly rows: number;
  /** DuckDB relation of these rows. */
  readonly base: string;
  readonly taskName: string;
  readonly taskType: 'BASE' | 'INC' | 'BASE_INC';
  readonly prefix: string;
  readonly columns: CheckOptions['columns'];
  /** What of the task's configuration is not said elsewhere. */
  readonly taskConfig?: Readonly<Record<string, unknown>> | undefined;
  readonly connections?: number | undefined;
  readonly pauseMs?: number | undefined;
  readonly seed?: number | undefined;
  readonly mix?: Partial<WorkloadMix> | undefined;
  /** What happens while the workload writes, after the task was created. */
  readonly during: (running: RunningTask) => Promise<void>;
}

/** A task whose table is being changed. */
export interface RunningTask {
  readonly task: TaskName;
  readonly client: TaskClient;
  readonly workload: Workload;
  /** Waits until the status of the task is as wanted. */
  until(what: string, wanted: (view: TaskView) => boolean): Promise<TaskView>;
}

const UNTIL_MS_MAX = 180_000;
const BEFORE_MS = 500;
/** A rebalance after a kill takes the session timeout of the group; files must not wait much longer. */
const FILE_AGE_SECONDS_MAX = 2;

/** Runs the scenario and judges what is in the bucket at its end. */
export async function runScenario(
  system: DeliverySystem,
  scenario: Scenario,
): Promise<{ report: HistoryReport; view: TaskView }> {
  const { sourceUrl: url, client } = system;
  const task = { source: 'local', tableName: scenario.table.name, taskName: scenario.taskName };
  const journal = new Journal();
  const log = await CommitLog.open({ url, tables: [task.tableName], name: uniqueName('log') });
  const workload = Workload.start({
    url,
    tables: [scenario.table],
    journal,
    connections: scenario.connections ?? 4,
    seed: scenario.seed ?? 1,
    keyHighest: BigInt(scenario.rows),
    versionHighest: BigInt(scenario.rows),
    pauseMs: scenario.pauseMs ?? 10,
    mix: scenario.mix,
  });
  const until = (what: string, wanted: (view: TaskView) => boolean) =>
    untilTask({ client, task, what, wanted });
  try {
    await sleep(BEFORE_MS);
    await client.create({
      ...task,
      taskType: scenario.taskType,
      taskConfig: taskConfig(system, scenario),
    });
    await scenario.during({ task, client, workload, until });
    await workload.stop();
    const commits = await log.read();
    journal.settle(commits);
    const last = lastCommit(commits);
    const view = await until('delivery of the last commit', (seen) =>
      scenario.taskType === 'BASE' ? seen.state === 'finished' : isDeliveredBeyond(seen, last),
    );
    const history = { base: scenario.base, transactions: journal.transactions, commits };
    return { report: await judge(system, scenario, { view, history }), view };
  } finally {
    if (workload.running) await workload.stop().catch(() => undefined);
    await log.close();
    journal.close();
  }
}

function taskConfig(system: DeliverySystem, scenario: Scenario): Record<string, unknown> {
  return {
    ossPrefix: scenario.prefix,
    ossBucket: system.s3.bucket,
    parquetSchema: 'auto',
    fileAgeSecondsMax: FILE_AGE_SECONDS_MAX,
    ...scenario.taskConfig,
  };
}

/** Waits until a task's status is as wanted; the failure tells the last status. */
export async function untilTask(options: {
  client: TaskClient;
  task: TaskName;
  what: string;
  wanted: (view: TaskView) => boolean;
}): Promise<TaskView> {
  const { client, task, what, wanted } = options;
  let last: TaskView | undefined;
  try {
    return await eventually(
      async () => {
        last = await client.describe(task);
        return wanted(last) ? last : undefined;
      },
      { deadlineMs: UNTIL_MS_MAX, everyMs: 200, what },
    );
  } catch (cause) {
    throw new Error(`${what} of ${task.taskName} never came; last status ${JSON.stringify(last)}`, {
      cause,
    });
  }
}

/** Deletes a task and waits until nothing but its objects is left. */
export async function removeTask(client: TaskClient, task: TaskName): Promise<void> {
  await client.remove(task);
  const isGone = async () => ((await client.exists(task)) ? undefined : true);
  await eventually(isGone, { deadlineMs: UNTIL_MS_MAX, everyMs: 500, what: 'end of the task' });
}

async function judge(
  system: DeliverySystem,
  scenario: Scenario,
  found: { view: TaskView; history: CheckOptions['history'] },
): Promise<HistoryReport> {
  const { view, history } = found;
  if (view.c === null) throw new Error('the task does not say where it started');
  const end = view.scan?.end ?? null;
  return checkHistory({
    history,
    task: {
      taskName: scenario.taskName,
      taskType: scenario.taskType,
      prefix: scenario.prefix,
      c: parseWalPosition(view.c),
      ...(end !== null && { scanEnd: parseWalPosition(end) }),
    },
    root: `s3://${system.s3.bucket}`,
    s3: system.s3,
    columns: scenario.columns,
  });
}

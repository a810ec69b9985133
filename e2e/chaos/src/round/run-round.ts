import { CommitLog, type HistoryReport, Journal, lastCommit, Workload } from '@lakeferry/history';
import { s3Client } from '@lakeferry/stack';
import { inject } from '../fault/fault-table.js';
import type { PlannedTask, RoundPlan } from '../plan/round-plan.js';
import type { RoundOutcome } from '../report/round-result.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import { emptyFolder } from '../system/empty-folder.js';
import { peakMemory } from '../system/peak-memory.js';
import { judgeRound } from './judge-round.js';
import { judgeRetired, judgeTask, type RoundHistory } from './judge-task.js';
import { RecoveryWatch } from './recovery-watch.js';
import { type LiveTask, roundFolder, RoundTasks } from './round-tasks.js';
import { createTables, dropTables, type RoundTable } from './round-tables.js';
import { runTimeline } from './timeline.js';

/** Recovery is waited for as long as this, to tell slow from never. */
const RECOVERY_MS_MAX = 60_000;
/** A transaction that is worth telling. */
const GIANT_ROWS_MIN = 100_000;
/** Rows are written for a while behind the last fault. */
const AFTERMATH_MS = 2_000;

/** Runs a round to its verdict; what fails on the way is part of the outcome. */
export async function runRound(system: ChaosSystem, plan: RoundPlan): Promise<RoundOutcome> {
  const begunMs = performance.now();
  const tables = await createTables(system, plan);
  const round = await Round.open(system, plan, tables);
  const failures: string[] = [];
  try {
    await round.run();
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  } finally {
    await round.close();
  }
  const outcome = round.outcome(failures, (performance.now() - begunMs) / 1000);
  if (outcome.failures.length === 0) {
    await Promise.all(round.tasks.live.map((task) => round.tasks.remove(task)));
    await dropTables(system, tables);
    await clearObjects(system, roundFolder(plan.seed));
  }
  return outcome;
}

/** The store lists the slower the more there is in it. */
async function clearObjects({ s3 }: ChaosSystem, folder: string): Promise<void> {
  const client = s3Client(s3);
  try {
    await emptyFolder(client, { bucket: s3.bucket, folder });
  } finally {
    client.destroy();
  }
}

class Round {
  readonly tasks: RoundTasks;
  private readonly reports = new Map<string, HistoryReport>();
  private readonly notes: string[] = [];
  private readonly endsBefore: number;
  private readonly giveUp = new AbortController();
  private readonly loadBegunMs = performance.now();
  private readonly watch: RecoveryWatch;

  private constructor(
    private readonly parts: {
      readonly system: ChaosSystem;
      readonly plan: RoundPlan;
      readonly journal: Journal;
      readonly log: CommitLog;
      readonly workload: Workload;
      readonly tables: ReadonlyMap<PlannedTask['table'], RoundTable>;
    },
  ) {
    const { system, plan, tables } = parts;
    this.tasks = new RoundTasks(system, plan.seed, tables);
    this.endsBefore = system.unexpectedEnds();
    this.watch = new RecoveryWatch(system, this.tasks, () => this.nowMs());
  }

  static async open(
    system: ChaosSystem,
    plan: RoundPlan,
    tables: ReadonlyMap<PlannedTask['table'], RoundTable>,
  ): Promise<Round> {
    const { sourceUrl: url } = system;
    const { load, seed } = plan;
    const workloadTables = [...tables.values()].map(({ workload }) => workload);
    const journal = new Journal();
    const name = `r${seed}`;
    const log = await CommitLog.open({
      url,
      tables: workloadTables.map((table) => table.name),
      name,
    });
    const workload = Workload.start({
      url,
      name,
      tables: workloadTables,
      journal,
      connections: load.connections,
      seed,
      keyHighest: BigInt(load.baseRows),
      versionHighest: BigInt(load.baseRows),
      pauseMs: load.pauseMs,
      asynchronousCommits: load.asynchronousCommits,
      mix: load.mix,
    });
    return new Round({ system, plan, journal, log, workload, tables });
  }

  /** Load and faults, then the end of the load, then delivery of all of it, then judgement. */
  async run(): Promise<void> {
    const { plan, workload, journal, log, system } = this.parts;
    const { signal } = this.giveUp;
    await runTimeline(this.events(), () => this.nowMs(), signal);
    if (plan.ending.kind === 'delivered') await this.watch.recovered(RECOVERY_MS_MAX);
    await workload.stop();
    const commits = await log.read();
    journal.settle(commits);
    const giants = journal.transactions.filter(({ changes }) => changes.length >= GIANT_ROWS_MIN);
    if (giants.length > 0) this.notes.push(`${giants.length} giant transactions`);
    if (journal.lostBySource.length > 0) {
      this.notes.push(
        `the source undid ${journal.lostBySource.length} commits that it had answered`,
      );
    }
    const { ending, load, faults } = plan;
    // One that goes before there is a task takes nothing with it that was promised.
    const losesBucket = faults.some(
      ({ atMs, fault }) =>
        fault.kind === 'bucket-recreated' &&
        plan.tasks.some(({ createdAtMs }) => createdAtMs <= atMs),
    );
    const baseRows = load.baseRows;
    const history: RoundHistory = { journal, commits, baseRows, ending, losesBucket };
    const last = lastCommit(commits);
    for (const task of this.tasks.live) await this.judge(task, { last, history });
    for (const retired of this.tasks.retired) {
      const name = `${retired.task.name.taskName}, deleted`;
      this.reports.set(name, await judgeRetired(retired, history));
    }
    this.notes.push(...system.storeProxy.account(), peakMemory(system));
  }

  /** Leaves the system as it was, whatever happened. */
  async close(): Promise<void> {
    const { workload, log, journal, system } = this.parts;
    this.giveUp.abort();
    if (workload.running) await workload.stop().catch(() => undefined);
    await this.watch.stop();
    await this.tasks.release();
    system.storeProxy.calm();
    await log.close().catch(() => undefined);
    journal.close();
  }

  outcome(thrown: readonly string[], seconds: number): RoundOutcome {
    const { plan, workload, system } = this.parts;
    return judgeRound({
      ...{ plan, thrown, seconds, reports: this.reports, notes: this.notes },
      accounts: this.watch.accounts,
      transactions: workload.progress.transactions,
      unexpectedEnds: system.unexpectedEnds() - this.endsBefore,
    });
  }

  private events() {
    const { plan, system, journal, tables, log } = this.parts;
    const { signal } = this.giveUp;
    const running = {
      ...{ plan, system, tables, journal, signal },
      tasks: this.tasks,
      readCommits: () => log.read(),
      note: (line: string) => void this.notes.push(line),
    };
    const creations = plan.tasks.map((task) => ({
      atMs: task.createdAtMs,
      happens: async () => void (await this.tasks.create(task)),
    }));
    const faults = plan.faults.map((planned) => ({
      atMs: planned.atMs,
      happens: async () => {
        const account = this.watch.begin(planned);
        account.isMissed = !(await inject(running, planned.fault));
        account.endedMs = this.nowMs();
      },
    }));
    const last = Math.max(0, ...plan.faults.map(({ atMs }) => atMs)) + AFTERMATH_MS;
    const load = { atMs: Math.max(plan.load.forMs, last), happens: () => Promise.resolve() };
    return [...creations, ...faults, load];
  }

  private async judge(
    task: LiveTask,
    known: { readonly last: bigint; readonly history: RoundHistory },
  ): Promise<void> {
    const { history, last } = known;
    const ending = task.planned.ending ?? history.ending;
    const view =
      ending.kind === 'halted'
        ? await this.tasks.untilHalted(task, ending.errorCode)
        : await this.tasks.untilDelivered(task, last);
    const report = await judgeTask(this.parts.system, task, { view, history });
    this.reports.set(task.name.taskName, report);
  }

  private nowMs(): number {
    return performance.now() - this.loadBegunMs;
  }
}

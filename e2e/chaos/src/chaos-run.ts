import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import type { ChaosOptions } from './chaos-options.js';
import { planRound, scenarioOf } from './plan/plan-round.js';
import type { RoundPlan } from './plan/round-plan.js';
import type { Scenario } from './plan/scenario.js';
import { SCENARIOS } from './plan/scenarios.js';
import { SHORT_SET } from './plan/short-set.js';
import { deliveryCommit, isSame, recordedRounds, recordRound } from './report/results-file.js';
import type { RoundOutcome } from './report/round-result.js';
import { tableHead, tableRow } from './report/round-table.js';
import { runRound } from './round/run-round.js';
import { type ChaosSystem, startChaosSystem } from './system/chaos-system.js';
import { SHAPES, type SystemShape } from './system/system-shape.js';

interface ChosenRound {
  readonly seed: number;
  readonly scenario: Scenario;
}

/** Rounds on systems that are started as they are needed, and anew behind a round that failed. */
export class ChaosRun {
  private system: ChaosSystem | null = null;
  private isStopped = false;
  private held = 0;
  private failed = 0;

  constructor(
    private readonly options: ChaosOptions,
    private readonly say: (line: string) => void,
  ) {}

  /** True when every round held. */
  async rounds(): Promise<boolean> {
    const commit = deliveryCommit();
    const chosen = chooseRounds(this.options);
    const rounds = this.options.record ? withoutRecorded(chosen, commit) : chosen;
    this.say(`${rounds.length} rounds on ${commit}`);
    const onRecord = chosen.length - rounds.length;
    if (onRecord > 0) this.say(`${onRecord} more held on this commit: they are on record`);
    this.say(tableHead());
    try {
      for (const { seed, scenario } of rounds) {
        if (this.isStopped) break;
        const reason = scenario.whyNot?.() ?? null;
        if (reason !== null) {
          this.say(`${seed} ${scenario.name} is left out: ${reason}`);
          continue;
        }
        const plan = planRound(seed, scenario);
        const system = await this.systemOf(scenario.shape);
        const outcome = await runRound(system, plan);
        this.say(tableRow(outcome.result));
        if (plan.staysUp) for (const note of outcome.notes) this.say(`    ${note}`);
        if (this.options.record) this.record(commit, outcome);
        if (outcome.failures.length === 0) {
          this.held += 1;
          if (scenario.endsSystem === true) await this.endSystem();
          continue;
        }
        this.failed += 1;
        await this.keepFailed(plan, outcome);
        if (!this.options.keepGoing) break;
      }
    } finally {
      await this.stop();
    }
    this.say(`CHAOS: ${this.held} rounds held, ${this.failed} failed`);
    return this.failed === 0;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.endSystem();
  }

  /** Services start anew from what is built now: a round of two commits is a round of none. */
  private record(commit: string, { result }: RoundOutcome): void {
    const now = deliveryCommit();
    if (now !== commit) throw new Error(`the checkout went from ${commit} to ${now} meanwhile`);
    recordRound({ commit, ...result });
  }

  private async systemOf(name: SystemShape['name']): Promise<ChaosSystem> {
    if (this.system !== null && this.system.shape !== name) await this.endSystem();
    this.system ??= await startChaosSystem(SHAPES[name], this.say);
    return this.system;
  }

  private async endSystem(): Promise<void> {
    const { system } = this;
    this.system = null;
    await system?.stop();
  }

  /** A failed round's plan, account and logs stay; the next round gets a new system. */
  private async keepFailed(plan: RoundPlan, outcome: RoundOutcome): Promise<void> {
    const { system } = this;
    for (const failure of outcome.failures) this.say(`    ${failure}`);
    const { seed, scenario } = plan;
    this.say(`    again: npm run chaos -- --rounds 1 --seed ${seed} --scenario ${scenario}`);
    await this.endSystem();
    if (system === null) return;
    const folder = join(CHECKOUT, '.lakeferry', 'chaos', 'failed', `${seed}-${scenario}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(system.stack.dataDir, 'run'), join(folder, 'run'), { recursive: true });
    const { failures, notes, accounts, result } = outcome;
    const reports = Object.fromEntries(outcome.reports);
    const account = { plan, result, failures, notes, accounts, reports };
    writeFileSync(join(folder, 'account.json'), `${JSON.stringify(account, asText, 2)}\n`);
    this.say(`    plan, account and logs: ${folder}`);
  }
}

/** Rounds of one shape of system come one after the other: its servers stay up. */
function chooseRounds(options: ChaosOptions): ChosenRound[] {
  if (options.short)
    return SHORT_SET.map(({ seed, scenario }) => ({ seed, scenario: named(scenario) }));
  const rounds = Array.from({ length: options.rounds }, (_, index) => {
    const seed = options.seed + index;
    const { scenario } = options;
    return { seed, scenario: scenario === null ? scenarioOf(seed, SCENARIOS) : named(scenario) };
  });
  const shapes = Object.keys(SHAPES);
  return rounds.sort(
    (one, other) =>
      shapes.indexOf(one.scenario.shape) - shapes.indexOf(other.scenario.shape) ||
      one.seed - other.seed,
  );
}

/** A record that was interrupted is gone on with: rounds that held on this commit are not run again. */
function withoutRecorded(rounds: readonly ChosenRound[], commit: string): ChosenRound[] {
  const held = recordedRounds().filter(({ verdict }) => verdict === 'held');
  return rounds.filter(
    ({ seed, scenario: { name: scenario } }) =>
      !held.some((round) => isSame(round, { commit, seed, scenario })),
  );
}

function named(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

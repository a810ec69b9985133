import { describeReport, holds, type HistoryReport } from '@lakeferry/history';
import { faultLabel, type RoundPlan } from '../plan/round-plan.js';
import type { RoundOutcome, RoundResult } from '../report/round-result.js';
import { type FaultAccount, recoveryFrom } from './recovery.js';

/** A round as it went. */
export interface RoundEvidence {
  readonly plan: RoundPlan;
  /** What ended the round before its end. */
  readonly thrown: readonly string[];
  readonly reports: ReadonlyMap<string, HistoryReport>;
  readonly accounts: readonly FaultAccount[];
  readonly transactions: number;
  readonly unexpectedEnds: number;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** The promise: from the end of a single fault to all that was committed by then delivered. */
const RECOVERY_SECONDS_MAX = 30;
/** A round with fewer tells nothing: its faults met no work. */
const TRANSACTIONS_MIN = 30;

/** The verdict on a round. Pure. */
export function judgeRound(evidence: RoundEvidence): RoundOutcome {
  const { reports, accounts, notes } = evidence;
  const failures = [
    ...evidence.thrown,
    ...[...reports].flatMap(([name, report]) => offencesOf(name, report)),
    ...slowRecoveries(evidence),
    ...emptyRound(evidence),
  ];
  return { result: resultOf(evidence, failures.length === 0), reports, accounts, failures, notes };
}

function offencesOf(name: string, report: HistoryReport): string[] {
  const { foreign } = report;
  return [
    ...(holds(report) ? [] : [`${name}: ${describeReport(report).join('; ')}`]),
    ...(foreign.length === 0 ? [] : [`${name}: not an object's name: ${foreign.join(', ')}`]),
  ];
}

/** Nothing is promised of faults in company but that the system recovers at all. */
function slowRecoveries({ plan, accounts }: RoundEvidence): string[] {
  if (plan.ending.kind === 'halted') return [];
  return accounts.flatMap((account) => {
    const { seconds, isAlone } = recoveryFrom(account, accounts) ?? { seconds: 0, isAlone: true };
    if (seconds <= RECOVERY_SECONDS_MAX || (!isAlone && Number.isFinite(seconds))) return [];
    return [`recovery from ${faultLabel(account.planned.fault)} took ${seconds.toFixed(1)} s`];
  });
}

/** What would make a round hold though it has shown nothing. */
function emptyRound({ plan, accounts, transactions, unexpectedEnds }: RoundEvidence): string[] {
  const allMissed = accounts.length > 0 && accounts.every(({ isMissed }) => isMissed);
  return [
    ...(allMissed ? ['no fault took place'] : []),
    ...(transactions < TRANSACTIONS_MIN ? [`only ${transactions} transactions committed`] : []),
    // A service that has too much to do must slow down.
    ...(plan.staysUp && unexpectedEnds > 0
      ? [`services ended by themselves ${unexpectedEnds} times`]
      : []),
  ];
}

function resultOf(evidence: RoundEvidence, hasHeld: boolean): RoundResult {
  const { plan, accounts, transactions, unexpectedEnds, notes } = evidence;
  const reports = [...evidence.reports.values()];
  const sum = (count: (report: HistoryReport) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  const [lost, doubled, torn, misplaced] = (['lost', 'doubled', 'torn', 'misplaced'] as const).map(
    (name) => sum(({ offences }) => offences[name]),
  ) as [number, number, number, number];
  const all = sum(({ offences }) => Object.values(offences).reduce((one, two) => one + two, 0));
  return {
    seed: plan.seed,
    scenario: plan.scenario,
    verdict: hasHeld ? 'held' : 'failed',
    faults: accounts.map((account) => ({
      fault: faultLabel(account.planned.fault),
      at: tenths(account.beganMs / 1000),
      recovery: plan.ending.kind === 'halted' ? null : secondsOf(account, accounts),
      ...(account.isMissed && { missed: true as const }),
    })),
    tasks: reports.length,
    transactions,
    versions: sum(({ required }) => required),
    objects: sum(({ objects }) => objects),
    ...{ lost, doubled, torn, misplaced, other: all - lost - doubled - torn - misplaced },
    unexpectedEnds,
    seconds: tenths(evidence.seconds),
    notes,
  };
}

function secondsOf(account: FaultAccount, all: readonly FaultAccount[]): number | null {
  const recovery = recoveryFrom(account, all);
  return recovery === null ? null : tenths(recovery.seconds);
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

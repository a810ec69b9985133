import { describe, expect, test } from '@jest/globals';
import { type HistoryReport, OFFENCES } from '@lakeferry/history';
import type { RoundPlan } from '../plan/round-plan.js';
import { judgeRound, type RoundEvidence } from './judge-round.js';
import type { FaultAccount } from './recovery.js';

const PLAN: RoundPlan = {
  ...{ seed: 3, scenario: 'kill', tasks: [], faults: [], staysUp: false },
  load: {
    ...{ connections: 1, pauseMs: 1, baseRows: 1, forMs: 1, asynchronousCommits: false, mix: {} },
  },
  ending: { kind: 'delivered' },
};

const REPORT: HistoryReport = {
  ...{ required: 90, optional: 4, delivered: 90, optionalDelivered: 1, deletes: null },
  ...{ rows: 91, objects: 7, foreign: [] },
  offences: Object.fromEntries(OFFENCES.map((name) => [name, 0])) as HistoryReport['offences'],
  samples: Object.fromEntries(
    OFFENCES.map((name) => [name, [] as string[]]),
  ) as unknown as HistoryReport['samples'],
};

function account(beganMs: number, recoveredMs: number | null): FaultAccount {
  const fault = { kind: 'kill', service: 'writer', instance: 0, downMs: 0 } as const;
  return {
    ...{ planned: { atMs: beganMs, fault }, beganMs, endedMs: beganMs + 1_000 },
    ...{ lsn: 1n, recoveredMs, isMissed: false },
  };
}

const EVIDENCE: RoundEvidence = {
  ...{ plan: PLAN, thrown: [], accounts: [account(2_000, 10_000)], transactions: 500 },
  ...{ reports: new Map([['t', REPORT]]), unexpectedEnds: 0, notes: [], seconds: 31.26 },
};

const failuresOf = (more: Partial<RoundEvidence>) => judgeRound({ ...EVIDENCE, ...more }).failures;

test('a round that held, in numbers', () => {
  const { result, failures } = judgeRound(EVIDENCE);
  expect(failures).toEqual([]);
  expect(result).toMatchObject({
    ...{ seed: 3, scenario: 'kill', verdict: 'held', tasks: 1, versions: 90, objects: 7 },
    ...{ lost: 0, doubled: 0, torn: 0, misplaced: 0, other: 0, seconds: 31.3 },
    faults: [{ fault: 'kill writer', at: 2, recovery: 7 }],
  });
});

describe('a round fails', () => {
  test('by any offence, which is counted', () => {
    const offences = { ...REPORT.offences, doubled: 2, ahead: 3 };
    const reports = new Map([['t', { ...REPORT, offences }]]);
    const { result } = judgeRound({ ...EVIDENCE, reports });
    expect(result).toMatchObject({ verdict: 'failed', doubled: 2, other: 3 });
  });

  test("by an object that is nobody's", () => {
    const reports = new Map([['t', { ...REPORT, foreign: ['x/y'] }]]);
    expect(failuresOf({ reports })).toEqual(["t: not an object's name: x/y"]);
  });

  test('by a slow recovery from a single fault, not from several at once', () => {
    const slow = account(2_000, 34_000);
    expect(failuresOf({ accounts: [slow] })).toEqual(['recovery from kill writer took 31.0 s']);
    expect(failuresOf({ accounts: [account(1_500, 34_000), slow] })).toEqual([]);
    expect(failuresOf({ accounts: [account(1_500, null), slow] })).toHaveLength(1);
  });

  test('when it has shown nothing', () => {
    const accounts = [{ ...account(2_000, 3_000), isMissed: true }];
    expect(failuresOf({ accounts })).toEqual(['no fault took place']);
    expect(failuresOf({ transactions: 29 })).toEqual(['only 29 transactions committed']);
    expect(failuresOf({ accounts: [] })).toEqual([]);
  });

  test('by services that end by themselves, where they must stay up', () => {
    expect(failuresOf({ unexpectedEnds: 2 })).toEqual([]);
    const plan = { ...PLAN, staysUp: true };
    expect(failuresOf({ plan, unexpectedEnds: 2 })).toEqual([
      'services ended by themselves 2 times',
    ]);
  });

  test('by what it threw', () => {
    expect(failuresOf({ thrown: ['stuck'] })).toEqual(['stuck']);
  });
});

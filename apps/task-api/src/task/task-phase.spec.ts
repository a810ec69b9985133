import { describe, expect, it } from '@jest/globals';
import type { RouteStatus, ScanStatus, WriterStatus } from '@lakeferry/contracts';
import { decideStep } from '../lifecycle/decide-step.js';
import type { TaskReports } from '../status/task-reports.js';
import {
  deletionRefusal,
  deliveredUpTo,
  isFinished,
  taskPhase,
  type TaskProgress,
} from './task-phase.js';
import { worstError } from './worst-error.js';

const SINCE = '2026-11-20T10:00:00Z';

function route(state: RouteStatus['state'], error: RouteStatus['error'] = null): RouteStatus {
  const counts = { rows: 0, bytes: 0, bytesHeld: 0, unchangedToast: 0 };
  return { kind: 'route', taskId: 't', state, c: null, waitingFor: null, ...counts, error };
}

function writer(lane: number, lsn: string | null, baseVisible = true): WriterStatus {
  const deliveredAt = lsn === null ? null : `2026-11-20T10:00:0${lane}Z`;
  return {
    ...{ kind: 'writer', taskId: 't', lane, baseVisible, error: null },
    ...{ deliveredLsn: lsn, deliveredAt },
  };
}

function scan(end: string | null): ScanStatus {
  const counts = { pagesTotal: 1, pagesDone: 1, rows: 1, bytes: 1 };
  return { kind: 'scan', taskId: 't', state: 'done', ...counts, end, error: null };
}

function reports(
  of: Partial<Omit<TaskReports, 'writers'>>,
  ...writers: WriterStatus[]
): TaskReports {
  return { encoders: new Map(), ...of, writers: new Map(writers.map((each) => [each.lane, each])) };
}

function task(change: Partial<TaskProgress>): TaskProgress {
  return { taskType: 'BASE_INC', state: 'active', lanes: 1, reports: reports({}), ...change };
}

const error = (action: 'retry' | 'hold' | 'halt', code = 'X', since = SINCE) => ({
  ...{ code, message: 'm', remedy: null, action, since },
});

describe('the phase of a task', () => {
  const on = { route: route('on') };
  it.each([
    ['before its topics', task({ state: 'creating' }), 'INIT'],
    ['before any report', task({}), 'INIT'],
    ['while the route is made', task({ reports: reports({ route: route('pending') }) }), 'INIT'],
    ['once routed', task({ reports: reports(on) }), 'FULL'],
    ['INC, once routed', task({ taskType: 'INC', reports: reports(on) }), 'INCR'],
    [
      'with the base of one lane of two',
      task({ lanes: 2, reports: reports(on, writer(0, '0/1')) }),
      'FULL',
    ],
    [
      'with the base of all lanes',
      task({ lanes: 2, reports: reports(on, writer(0, null), writer(1, null)) }),
      'INCR',
    ],
    ['with a base not yet visible', task({ reports: reports(on, writer(0, null, false)) }), 'FULL'],
    ['finished', task({ taskType: 'BASE', state: 'finished' }), 'INCR'],
  ])('%s', (_what, progress, phase) => {
    expect(taskPhase(progress)).toBe(phase);
  });
});

describe('delivered up to', () => {
  it.each([
    [2, [writer(0, '0/20'), writer(1, '0/3')], { lsn: '0/3', at: '2026-11-20T10:00:00Z' }],
    [
      2,
      [writer(0, '1/0'), writer(1, '0/FFFFFFFF')],
      { lsn: '0/FFFFFFFF', at: '2026-11-20T10:00:00Z' },
    ],
    [2, [writer(0, '0/20')], null],
    [1, [writer(0, null)], null],
    [1, [writer(0, '0/20'), writer(1, '0/3')], { lsn: '0/20', at: '2026-11-20T10:00:00Z' }],
  ])('of %s lanes: %#', (lanes, writers, expected) => {
    expect(deliveredUpTo({ lanes, reports: reports({}, ...writers) })).toEqual(expected);
  });
});

describe('delivered up to, with lanes that came later', () => {
  const at = '2026-11-20T09:00:00Z';
  const openings = [
    { opened: 2, lsn: '0/10', at },
    { opened: 4, lsn: '0/30', at },
  ];
  const told = (lane: number, lsn: string | null, known: number) => ({
    ...writer(lane, lsn),
    openings: openings.slice(0, known),
  });

  it.each<[string, WriterStatus[], string | null]>([
    ['nobody was told of them', [told(0, '0/9', 0)], '0/9'],
    ['they said nothing: up to where they were opened', [told(0, '0/20', 1)], '0/10'],
    ['they said something', [told(0, '0/20', 1), told(1, '0/18', 1)], '0/18'],
    ['each from its own opening', [told(0, '0/40', 2), told(1, '0/38', 1)], '0/30'],
    ['the earlier one is behind', [told(0, '0/40', 2), told(3, '0/38', 2)], '0/10'],
    ['the first says nothing', [told(1, '0/38', 1)], null],
  ])('%s', (_what, writers, lsn) => {
    expect(deliveredUpTo({ lanes: 1, reports: reports({}, ...writers) })?.lsn ?? null).toBe(lsn);
  });
});

describe('a BASE task is finished', () => {
  it.each([
    ['when E is delivered', scan('0/20'), writer(0, '0/20'), true],
    ['not below E', scan('0/20'), writer(0, '0/1F'), false],
    ['not before the scan ends', scan(null), writer(0, '0/20'), false],
    ['not before its base is visible', scan('0/20'), writer(0, '0/20', false), false],
  ])('%s', (_what, scanned, written, expected) => {
    const progress = task({ taskType: 'BASE', reports: reports({ scan: scanned }, written) });
    expect(isFinished(progress)).toBe(expected);
    expect(isFinished({ ...progress, taskType: 'BASE_INC' })).toBe(false);
    expect(isFinished({ ...progress, state: 'paused' })).toBe(false);
  });
});

describe('a deletion', () => {
  it.each([
    ['is refused before any report', {}, true],
    ['is refused while the route is tried', { route: route('pending', error('retry')) }, true],
    ['is taken when the route can not be made', { route: route('pending', error('hold')) }, false],
    ['is taken when the task halted early', { route: route('pending', error('halt')) }, false],
    ['is taken once routed', { route: route('on') }, false],
  ])('%s', (_what, of, refused) => {
    expect(deletionRefusal(task({ reports: reports(of) })) !== null).toBe(refused);
  });
});

describe('the next step', () => {
  const stored = { taskType: 'BASE', lanes: 1 } as Parameters<typeof decideStep>[0];
  const done = reports({ route: route('on'), scan: scan('0/1') }, writer(0, '0/1'));
  it.each([
    ['creating', reports({}), 'create-topics'],
    ['active', reports({}), 'wait'],
    ['active', done, 'finish'],
    ['paused', done, 'wait'],
    ['finished', done, 'wait'],
    ['deleting', done, 'wait'],
    ['deleting', reports({}), 'wait'],
    ['deleting', reports({ route: route('off') }), 'release'],
    ['deleted', reports({ route: route('off') }), 'wait'],
  ] as const)('%s: %#', (state, of, step) => {
    expect(decideStep({ ...stored, state }, of)).toBe(step);
  });
});

describe('the error that is shown', () => {
  it('is the worst, then the oldest, by the documented name', () => {
    const held = { ...writer(0, null), error: error('hold', 'OBJECT_STORE_UNAUTHORIZED') };
    const older = error('hold', 'OBJECT_STORE_BUCKET_INVALID', '2026-01-01T00:00:00Z');
    const passing = {
      route: route('on', error('retry', 'SOURCE_UNAVAILABLE', '2020-01-01T00:00:00Z')),
    };
    expect(worstError(reports({})).errorCode).toBe('OK');
    expect(worstError(reports(passing)).errorCode).toBe('SOURCE_UNAVAILABLE');
    expect(worstError(reports(passing, held)).errorCode).toBe('UnAuthorized');
    const both = reports(passing, held, { ...writer(1, null), error: older });
    expect(worstError(both).errorCode).toBe('InvalidOssBucket');
  });
});

import { describe, expect, it } from '@jest/globals';
import { FaultPlan } from './fault-plan.js';

/** The numbers in turn, again and again. */
function turns(...numbers: readonly number[]): () => number {
  let next = 0;
  return () => numbers[next++ % numbers.length] ?? 0;
}

describe('FaultPlan', () => {
  it('uses up a script by operation, in order', () => {
    const plan = new FaultPlan();
    plan.script([
      { operation: 'put', fault: 503, times: 1 },
      { operation: 'put', fault: 'lost', times: 1 },
      { operation: 'head', fault: 500, times: 1 },
    ]);
    const faults = ['list', 'put', 'put', 'put', 'head'] as const;
    expect(faults.map((operation) => plan.next(operation, false))).toEqual([
      ...[undefined, 503, 'lost', undefined, 500],
    ]);
  });

  it('keeps 501 for requests that are conditional', () => {
    const plan = new FaultPlan();
    plan.script([{ operation: 'put', fault: 501, times: 1 }]);
    expect(plan.next('put', false)).toBeUndefined();
    expect(plan.next('put', true)).toBe(501);
  });

  it('hits the share that it is told, with faults that can befall the operation', () => {
    const plan = new FaultPlan();
    const random = turns(0.1, 0.9, 0.3, 0.4, 0.1, 0);
    plan.disturb({ operations: ['head', 'put'], faults: [503, 'truncated'], share: 0.2, random });
    expect(plan.next('put', true)).toBe('truncated');
    expect(plan.next('head', false)).toBeUndefined();
    expect(plan.next('list', false)).toBeUndefined();
    expect(plan.next('put', true)).toBeUndefined();
    expect(plan.next('head', false)).toBe(503);
    plan.disturb(undefined);
    expect(plan.next('put', true)).toBeUndefined();
  });

  it('finds nothing to cut where there is no body', () => {
    const plan = new FaultPlan();
    const random = turns(0);
    plan.disturb({ operations: ['head'], faults: ['truncated'], share: 1, random });
    expect(plan.next('head', false)).toBeUndefined();
    expect(plan.injected).toEqual([]);
  });

  it('refuses everything before all else, and counts what it did', () => {
    const plan = new FaultPlan();
    plan.script([{ operation: 'put', fault: 'reset', times: 1 }]);
    plan.refuseAll({ status: 403, code: 'InvalidAccessKeyId' });
    plan.next('put', true);
    plan.next('put', true);
    plan.refuseAll(undefined);
    plan.next('put', true);
    expect(plan.injected).toEqual([
      { operation: 'put', fault: 'InvalidAccessKeyId', times: 2 },
      { operation: 'put', fault: 'reset', times: 1 },
    ]);
    expect(plan.account()).toEqual(['put InvalidAccessKeyId: 2', 'put reset: 1']);
    expect(plan.account()).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { DesiredTask, SourceRoute } from '@lakeferry/contracts';
import { decideHaltedStep, isGone, type HaltedStep } from './halted-source.js';

const routes = (...ids: string[]) => new Map(ids.map((id) => [id, {} as SourceRoute]));

describe('decideHaltedStep', () => {
  const table: [string, string[], string[], HaltedStep][] = [
    ['waits while a task is wanted', ['a'], [], { kind: 'wait' }],
    ['lets a deleted task go', ['a', 'b'], ['b'], { kind: 'remove-route', taskId: 'b' }],
    ['begins anew when nothing is owed', [], [], { kind: 'reset' }],
  ];
  it.each(table)('%s', (_name, routed, gone, step) => {
    expect(decideHaltedStep(routes(...routed), (id) => gone.includes(id))).toEqual(step);
  });
});

describe('isGone', () => {
  it.each([
    ['active', false],
    ['paused', false],
    ['finished', true],
    ['deleting', true],
  ] as const)('a task that is %s: %s', (state, gone) => {
    expect(isGone({ state } as DesiredTask)).toBe(gone);
  });

  it('a task that is no more is gone', () => {
    expect(isGone(null)).toBe(true);
  });
});

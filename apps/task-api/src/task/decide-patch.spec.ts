import { describe, expect, it } from '@jest/globals';
import type { StatusError } from '@lakeferry/contracts';
import { patchRefusal, type PatchFacts } from './decide-patch.js';

const RUNNING: PatchFacts = {
  ...{ state: 'active', phase: 'INCR', revision: 3, builtOn: undefined, needsVersion: true },
  route: undefined,
};
const error = (action: StatusError['action']): PatchFacts['route'] => ({
  error: { code: 'SOURCE_TABLE_CHANGED', message: 'dropped', remedy: null, action, since: '' },
});

const table: [string, Partial<PatchFacts>, string | null][] = [
  ['a running task', {}, null],
  ['a paused task', { state: 'paused' }, null],
  ['a task that is being made', { state: 'creating' }, 'is creating'],
  ['a finished task', { state: 'finished' }, 'is finished'],
  ['a task that ends', { state: 'deleting', needsVersion: false }, 'is deleting'],
  ['the revision that was seen', { builtOn: 3 }, null],
  ['an older revision', { builtOn: 2 }, 'builds on revision 2'],
  ['a revision that never was', { builtOn: 4, needsVersion: false }, 'which is at 3'],
  ['a base scan under way', { phase: 'FULL' }, 'in phase FULL'],
  ['a task that is initialized', { phase: 'INIT' }, 'in phase INIT'],
  ['limits while the base is scanned', { phase: 'FULL', needsVersion: false }, null],
  ['a halted task', { route: error('halt') }, 'is halted (dropped)'],
  ['limits of a halted task', { route: error('halt'), needsVersion: false }, null],
  ['a task that waits for the source', { route: error('hold') }, null],
];

describe('patchRefusal', () => {
  it.each(table)('%s', (_what, change, refusal) => {
    const found = patchRefusal({ ...RUNNING, ...change });
    if (refusal === null) expect(found).toBeNull();
    else expect(found).toContain(refusal);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { DesiredTask, SourceRoute } from '@lakeferry/contracts';
import { decideTaskStep, type TaskStep } from './task-step.js';

const task = (state: DesiredTask['state'], taskType: DesiredTask['taskType'] = 'BASE_INC') =>
  ({ state, taskType }) as DesiredTask;
const routed = { halted: null, plan: null } as SourceRoute;
const planned = { halted: null, plan: {}, task: {} } as SourceRoute;
const revised = { ...planned, form: { revision: 3 } } as SourceRoute;
const wish = (schemaRevision: number) => ({ ...task('active'), schemaRevision });
const halted = { ...planned, halted: { code: 'X', message: 'x', since: '' } } as SourceRoute;

const table: [string, DesiredTask | null, SourceRoute | undefined, boolean, TaskStep][] = [
  ['a new task is routed first', task('active'), undefined, false, 'add-route'],
  ['a paused new task is routed too', task('paused'), undefined, false, 'add-route'],
  ['then its starting point is found', task('active'), routed, false, 'find-plan'],
  ['then its base is scanned', task('active'), planned, false, 'scan'],
  ['a base scan goes on while paused', task('paused', 'BASE'), planned, false, 'scan'],
  ['INC has no base', task('active', 'INC'), planned, false, 'nothing'],
  ['a scanned task only streams', task('active'), planned, true, 'nothing'],
  ['a wish that needs a version comes into force', wish(2), planned, true, 'change-schema'],
  ['a newer wish too', wish(4), revised, true, 'change-schema'],
  ['one that is in force needs nothing', wish(3), revised, true, 'nothing'],
  ['a wish waits for the base scan', wish(2), planned, false, 'scan'],
  ['a wish of a halted task waits', wish(2), halted, true, 'nothing'],
  ['a halted task waits', task('active'), halted, false, 'nothing'],
  ['a deleted task loses its route', task('deleting'), planned, false, 'remove-route'],
  ['so does a halted one', task('deleting'), halted, false, 'remove-route'],
  ['and a finished one', task('finished', 'BASE'), planned, true, 'remove-route'],
  ['a route of a task that is gone goes', null, planned, true, 'remove-route'],
  [
    'a deleted task without route is reported off',
    task('deleting'),
    undefined,
    false,
    'report-off',
  ],
  ['a task that is gone needs nothing', null, undefined, false, 'nothing'],
];

describe('decideTaskStep', () => {
  it.each(table)('%s', (_name, desired, route, scanDone, step) => {
    expect(decideTaskStep(desired, route, scanDone)).toBe(step);
  });
});

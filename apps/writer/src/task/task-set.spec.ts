import { describe, expect, it } from '@jest/globals';
import type { DesiredTask } from '@lakeferry/contracts';
import { decideTaskChange, type TaskChange } from './task-set.js';

function task(
  state: DesiredTask['state'],
  config: Partial<DesiredTask['config']> = {},
): DesiredTask {
  return { state, config: { ossBucket: 'lake', ossPrefix: 'p', ...config } } as DesiredTask;
}

describe('decideTaskChange', () => {
  it.each<[string, DesiredTask | undefined, DesiredTask | undefined, TaskChange]>([
    ['a new task', undefined, task('active'), 'start'],
    ['a paused one', undefined, task('paused'), 'start'],
    ['a finished one', undefined, task('finished'), 'start'],
    ['one that is being deleted', undefined, task('deleting'), 'nothing'],
    ['one that is gone', undefined, undefined, 'nothing'],
    ['a running one, deleted', task('active'), task('deleting'), 'stop'],
    ['a running one, gone', task('active'), undefined, 'stop'],
    ['pause', task('active'), task('paused'), 'nothing'],
    ['resume', task('paused'), task('active'), 'resume'],
    ['the same again', task('active'), task('active'), 'nothing'],
    ['finish', task('active'), task('finished'), 'nothing'],
    ['another bucket', task('active'), task('active', { ossBucket: 'pond' }), 'restart'],
    ['another role', task('active'), task('active', { ossStsRole: 'r' }), 'restart'],
  ])('%s', (_name, running, desired, expected) => {
    expect(decideTaskChange(running, desired)).toBe(expected);
  });
});

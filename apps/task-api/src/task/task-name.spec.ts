import { describe, expect, it } from '@jest/globals';
import { taskTopics } from '@lakeferry/contracts';
import { TASK_NAMES } from './task-name.js';

const strict = (name: string) => TASK_NAMES.strict.pattern.test(name);
const samples = (name: string) => TASK_NAMES.samples.pattern.test(name);

describe('the documented rule', () => {
  it.each([
    ['abc', true],
    ['a-1', true],
    ['abcdefghijklmnop', true],
    ['0daily-orders9', true],
    ['ab', false],
    ['abcdefghijklmnopq', false],
    ['-abc', false],
    ['abc-', false],
    ['Abc', false],
    ['a_c', false],
    ['a.c', false],
    ['a c', false],
    ['äbc', false],
    ['', false],
  ])('%s: %p', (name, expected) => {
    expect(strict(name)).toBe(expected);
    if (expected) expect(samples(name)).toBe(true);
  });
});

describe('the rule of the samples', () => {
  it.each([
    'sampledeliverytask',
    'taskTest_29',
    'testTaskTimeParitioned',
    'testTaskTimeParitionedHiveNamingStyle',
    'testTaskDs',
    'a'.repeat(64),
  ])('takes %s', (name) => {
    expect(samples(name)).toBe(true);
    expect(strict(name)).toBe(false);
  });

  it.each(['ab', '_abc', 'abc_', 'a'.repeat(65), 'a/b', 'a.b', 'a b', 'a$b', 'täsk'])(
    'refuses %s',
    (name) => {
      expect(samples(name)).toBe(false);
    },
  );

  it('names topics that Kafka takes', () => {
    const topics = taskTopics('a_'.repeat(31) + 'bc', '01234567-89ab-cdef-0123-456789abcdef');
    for (const topic of Object.values(topics)) expect(topic).toMatch(/^[A-Za-z0-9._-]{1,249}$/);
  });
});

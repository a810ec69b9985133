import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  keyLengthProblem,
  longestKeyBytes,
  parsePrefix,
  PREFIX_VARIABLES,
} from './prefix-template.js';

/** The parts as text, variables in brackets. */
function partsOf(template: string): string[] {
  const parsed = parsePrefix(template);
  if (!parsed.ok) throw new Error(`${template} ${parsed.problem}`);
  return parsed.parts.map((part) => (part.kind === 'text' ? part.text : `[${part.variable}]`));
}

describe('a prefix', () => {
  it.each([
    ['orders', ['orders']],
    ['orders/year=$yyyy/month=$MM', ['orders/year=', '[$yyyy]', '/month=', '[$MM]']],
    ['ds=$yyyy$MM$dd', ['ds=', '[$yyyy]', '[$MM]', '[$dd]']],
    ['$yyyy/$MM/$dd/$HH/$mm', ['[$yyyy]', '/', '[$MM]', '/', '[$dd]', '/', '[$HH]', '/', '[$mm]']],
    ['$mm$HH$dd$MM$yyyy', ['[$mm]', '[$HH]', '[$dd]', '[$MM]', '[$yyyy]']],
    ['$MM/$mm', ['[$MM]', '/', '[$mm]']],
    ['$yyyy/$yyyy', ['[$yyyy]', '/', '[$yyyy]']],
    ['$yyyyy', ['[$yyyy]', 'y']],
    ['$MMM$mmm', ['[$MM]', 'M', '[$mm]', 'm']],
    ['$ddTH$HHh', ['[$dd]', 'TH', '[$HH]', 'h']],
    ['ü/日=$dd', ['ü/日=', '[$dd]']],
    ['.hidden/a..b/c.', ['.hidden/a..b/c.']],
  ])('%s', (template, parts) => {
    expect(partsOf(template)).toEqual(parts);
  });

  it.each([
    ['', 'empty'],
    ['/orders', 'starts or ends with a slash'],
    ['//orders', 'starts or ends with a slash'],
    ['orders/', 'starts or ends with a slash'],
    ['/', 'starts or ends with a slash'],
    ['a//b', 'empty segment'],
    ['..', 'segment . or ..'],
    ['a/../b', 'segment . or ..'],
    ['./a', 'segment . or ..'],
    ['a\\b', 'backslash'],
    ['a\nb', 'control character'],
    ['a\u007fb', 'control character'],
    ['a\ud800', 'half a character'],
    ['$YYYY', 'unknown variable $YYYY'],
    ['$yyy', 'unknown variable $yyy'],
    ['$yy$MM', 'unknown variable $yy'],
    ['$M', 'unknown variable $M'],
    ['$Mm', 'unknown variable $Mm'],
    ['$DD', 'unknown variable $DD'],
    ['$hh', 'unknown variable $hh'],
    ['$ss', 'unknown variable $ss'],
    ['$day', 'unknown variable $day'],
    ['a$', 'unknown variable $'],
    ['$$yyyy', 'unknown variable $'],
    ['${yyyy}', 'unknown variable $'],
  ])('%j is refused with what would be right', (template, problem) => {
    expect(parsePrefix(template)).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
      remedy: expect.any(String),
    });
  });

  it('is its parts put together again', () => {
    const part = fc.constantFrom(...PREFIX_VARIABLES, 'a', 'y', 'M', 'm', '=', '1', '/x');
    const template = fc.array(part, { minLength: 1, maxLength: 9 }).map((all) => all.join(''));
    fc.assert(
      fc.property(template, (text) => {
        fc.pre(!text.startsWith('/'));
        expect(partsOf(text).join('').replaceAll(/[[\]]/g, '')).toBe(text);
      }),
    );
  });
});

describe('the length of keys', () => {
  const problemOf = (template: string, taskName = 'orders') => {
    const parsed = parsePrefix(template);
    return parsed.ok ? keyLengthProblem(parsed.parts, taskName) : parsed.problem;
  };

  it('counts the prefix twice, rendered and in bytes', () => {
    const parsed = parsePrefix('ü/$yyyy');
    // Two prefixes, the name, lane and sequence at their widest, and what stands between them.
    expect(parsed.ok && longestKeyBytes(parsed.parts, 'orders')).toBe(2 * 7 + 6 + 3 + 12 + 5);
  });

  it.each([
    ['a'.repeat(498), null],
    ['a'.repeat(499), 'more than 1023'],
    ['ü'.repeat(249), null],
    ['ü'.repeat(250), 'more than 1023'],
    [`${'a'.repeat(494)}$yyyy`, null],
    [`${'a'.repeat(495)}$yyyy`, 'more than 1023'],
  ])('%#', (template, problem) => {
    const expected = problem === null ? null : expect.stringContaining(problem);
    expect(problemOf(template)).toEqual(expected);
  });

  it('counts the name of the task', () => {
    expect(problemOf('a'.repeat(498), 'orders-2')).not.toBeNull();
  });
});

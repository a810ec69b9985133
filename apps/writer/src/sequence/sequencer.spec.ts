import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sequencer } from './sequencer.js';

/** `a1` is a file of prefix a, `|1` a mark; offsets count from 1. */
function lane(text: string, parallel = 4): Sequencer<string, string> {
  const sequencer = new Sequencer<string, string>(parallel);
  text.split(' ').forEach((word, index) => {
    const nextOffset = BigInt(index + 1);
    if (word.startsWith('|')) sequencer.add({ kind: 'mark', nextOffset, mark: word });
    else sequencer.add({ kind: 'file', prefix: word.slice(0, 1), nextOffset, file: word });
  });
  return sequencer;
}

describe('Sequencer', () => {
  it.each([
    ['a1 a2 a3', 4, ['a1']],
    ['a1 b1 a2 c1', 4, ['a1', 'b1', 'c1']],
    ['a1 b1 c1 d1 e1', 4, ['a1', 'b1', 'c1', 'd1']],
    ['a1 b1 c1', 1, ['a1']],
    ['|1 a1 |2 b1', 4, ['a1', 'b1']],
    ['|1 |2', 4, []],
  ])('%s, %i at once: starts %p', (text, parallel, expected) => {
    expect(lane(text, parallel).start()).toEqual(expected);
  });

  it('starts nothing twice', () => {
    const sequencer = lane('a1 b1');
    sequencer.start();
    expect(sequencer.start()).toEqual([]);
  });

  it('starts the next file of a prefix once the one before it is visible', () => {
    const sequencer = lane('a1 b1 a2');
    sequencer.start();
    sequencer.visible('b1');
    expect(sequencer.start()).toEqual([]);
    sequencer.visible('a1');
    expect(sequencer.start()).toEqual(['a2']);
  });

  it('moves the position over what is contiguous only, and passes marks in order', () => {
    const sequencer = lane('a1 |1 b1 |2 c1 |3');
    sequencer.start();
    expect(sequencer.visible('b1')).toBeUndefined();
    expect(sequencer.pending).toBe(2);
    expect(sequencer.visible('a1')).toEqual({ nextOffset: 4n, marks: ['|1', '|2'] });
    expect(sequencer.visible('c1')).toEqual({ nextOffset: 6n, marks: ['|3'] });
    expect(sequencer.length).toBe(0);
  });

  it('passes marks at once where nothing is before them', () => {
    expect(lane('|1 |2 a1').settle()).toEqual({ nextOffset: 2n, marks: ['|1', '|2'] });
    expect(lane('a1 |1').settle()).toBeUndefined();
  });

  it('refuses what is out of order or was not started', () => {
    const sequencer = lane('a1 b1');
    expect(() => sequencer.visible('a1')).toThrow('started');
    expect(() => sequencer.add({ kind: 'mark', nextOffset: 2n, mark: '|' })).toThrow('in order');
  });

  it('in any order of completion keeps prefixes in sequence and ends with everything passed', () => {
    const files = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '|'), fc.nat(20)), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        files,
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        (all, n, picks) => {
          const words = all.map(([prefix], index) => `${prefix}${index}`);
          const sequencer = lane(words.join(' '), n);
          const shown: string[] = [];
          let position = sequencer.settle()?.nextOffset ?? 0n;
          const running: string[] = [];
          for (;;) {
            running.push(...sequencer.start());
            expect(running.length).toBeLessThanOrEqual(n);
            if (running.length === 0) break;
            const pick = Number(picks.next().value) % running.length;
            const [file] = running.splice(pick, 1) as [string];
            shown.push(file);
            position = sequencer.visible(file)?.nextOffset ?? position;
            const passed = words.slice(0, Number(position)).filter((word) => !word.startsWith('|'));
            expect(passed.every((word) => shown.includes(word))).toBe(true);
          }
          expect(position).toBe(BigInt(words.length));
          for (const prefix of ['a', 'b', 'c']) {
            const own = words.filter((word) => word.startsWith(prefix));
            expect(shown.filter((word) => word.startsWith(prefix))).toEqual(own);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

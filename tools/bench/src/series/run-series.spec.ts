import { describe, expect, it } from '@jest/globals';
import type { Contestant, Measured } from './measured.js';
import { runSeries, turnsOf } from './run-series.js';

const measured = (rows: number): Measured => ({
  ...{ rows, seconds: 1, cpuSeconds: {}, rssPeakMiB: {}, figures: {} },
});

/** Contestants that tell when they run, and what they measured by the rows of it. */
function contestantsOf(names: readonly string[]): { contestants: Contestant[]; ran: string[] } {
  const ran: string[] = [];
  const contestants = names.map((name, index) => ({
    name,
    run: async (round: number) => {
      ran.push(`${name}${round}`);
      return measured(10 * (index + 1) + round);
    },
  }));
  return { contestants, ran };
}

const silent = () => undefined;

describe('a series', () => {
  it('warms every contestant up, then begins each round with another one', async () => {
    const { contestants, ran } = contestantsOf(['A', 'B', 'C']);
    const said: string[] = [];
    const series = await runSeries({ contestants, rounds: 4, say: (line) => said.push(line) });
    expect(ran.join(' ')).toBe('A0 B0 C0 A1 B1 C1 B2 C2 A2 C3 A3 B3 A4 B4 C4');
    expect(said.map((line) => line.slice(0, 10).trim())).toEqual(
      ran.map((run) => (run.endsWith('0') ? `${run[0]}  warm-up` : `${run[0]}  round ${run[1]}`)),
    );
    expect(series).toEqual([
      { contestant: 'A', runs: [11, 12, 13, 14].map(measured) },
      { contestant: 'B', runs: [21, 22, 23, 24].map(measured) },
      { contestant: 'C', runs: [31, 32, 33, 34].map(measured) },
    ]);
  });

  it('warms up as often as it is told, and tells of every run before the next', async () => {
    const { contestants, ran } = contestantsOf(['A', 'B']);
    await runSeries({
      ...{ contestants, rounds: 1, warmUps: 2, say: silent },
      onRun: async ({ contestant, round, measured: { rows } }) => {
        ran.push(`(${contestant}${round}: ${rows})`);
      },
    });
    expect(ran.join(' ')).toBe(
      'A0 (A0: 10) B0 (B0: 20) A0 (A0: 10) B0 (B0: 20) A1 (A1: 11) B1 (B1: 21)',
    );
  });

  it('has something before and behind each round', async () => {
    const { contestants, ran } = contestantsOf(['A', 'B']);
    await runSeries({
      ...{ contestants, rounds: 2, say: silent },
      beforeRound: async (round) => void ran.push(`<${round}`),
      afterRound: async (round) => void ran.push(`${round}>`),
    });
    expect(ran.join(' ')).toBe('<0 A0 B0 0> <1 A1 B1 1> <2 B2 A2 2>');
  });

  it('ends with the first run that fails, and says which it was', async () => {
    const { contestants, ran } = contestantsOf(['A', 'B']);
    const failing = {
      name: 'F',
      run: async (round: number) => {
        if (round === 2) throw new Error('no object came');
        return measured(1);
      },
    };
    const series = runSeries({ contestants: [...contestants, failing], rounds: 3, say: silent });
    await expect(series).rejects.toThrow('F, round 2: no object came');
    expect(ran.at(-1)).toBe('B2');
  });

  it('names the warm-up', async () => {
    const run = () => Promise.reject(new Error('no'));
    const series = runSeries({ contestants: [{ name: 'F', run }], rounds: 1, say: silent });
    await expect(series).rejects.toThrow('F, warm-up: no');
  });

  it('refuses two contestants of one name before any runs', async () => {
    const { contestants, ran } = contestantsOf(['A', 'B', 'A']);
    const series = runSeries({ contestants, rounds: 1, say: silent });
    await expect(series).rejects.toThrow('two contestants are named A');
    expect(ran).toEqual([]);
  });
});

it('what a round has in common is made before it and goes behind it, that of the warm-up too', async () => {
  const { contestants, ran } = contestantsOf(['A', 'B']);
  await runSeries({
    ...{ contestants, rounds: 1, say: silent },
    beforeRound: async (round) => void ran.push(`before${round}`),
    afterRound: async (round) => void ran.push(`after${round}`),
  });
  expect(ran.join(' ')).toBe('before0 A0 B0 after0 before1 A1 B1 after1');
});

it('turns go round', () => {
  expect([1, 2, 3, 4].map((round) => turnsOf(round, ['A', 'B', 'C']).join(''))).toEqual([
    ...['ABC', 'BCA', 'CAB', 'ABC'],
  ]);
});

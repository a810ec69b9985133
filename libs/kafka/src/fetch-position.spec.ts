import { describe, expect, test } from '@jest/globals';
import { FetchPosition } from './fetch-position.js';

type Step =
  | { readonly accept: readonly [fetch: bigint, first: bigint, last: bigint]; readonly is: boolean }
  | { readonly skip: readonly [first: bigint, last: bigint] }
  | 'resumed';

const cases: readonly (readonly [
  name: string,
  start: bigint,
  steps: readonly Step[],
  end: bigint,
])[] = [
  [
    'batches follow each other',
    5n,
    [
      { accept: [5n, 5n, 7n], is: true },
      { accept: [8n, 8n, 8n], is: true },
    ],
    9n,
  ],
  [
    'markers in between are passed',
    0n,
    [{ skip: [0n, 3n] }, { accept: [4n, 4n, 4n], is: true }],
    5n,
  ],
  [
    'several ranges without visible records',
    0n,
    [{ skip: [0n, 1n] }, { skip: [2n, 2n] }, { accept: [3n, 3n, 3n], is: true }],
    4n,
  ],
  ['records were deleted in front', 3n, [{ accept: [9n, 9n, 9n], is: false }], 3n],
  ['the fetch begins behind what it asked for', 3n, [{ accept: [3n, 5n, 9n], is: false }], 3n],
  [
    'the log lost its end and reading began at its start',
    50n,
    [
      { accept: [50n, 50n, 59n], is: true },
      { accept: [0n, 0n, 9n], is: false },
    ],
    60n,
  ],
  ['a gap after markers', 0n, [{ skip: [0n, 3n] }, { accept: [6n, 6n, 6n], is: false }], 4n],
  [
    'a range told by a stale fetch before the position was sought again',
    10n,
    [{ skip: [10n, 11n] }, 'resumed', { accept: [12n, 12n, 12n], is: true }],
    13n,
  ],
  [
    'a range told by a stale fetch after the position was sought again',
    10n,
    ['resumed', { skip: [10n, 11n] }, { accept: [10n, 10n, 15n], is: true }],
    16n,
  ],
  [
    'the offset that was sought counts once only',
    10n,
    [
      { accept: [10n, 10n, 12n], is: true },
      { accept: [10n, 10n, 12n], is: false },
    ],
    13n,
  ],
  ['a range elsewhere says nothing', 10n, [{ skip: [4n, 6n] }], 10n],
];

describe('FetchPosition', () => {
  test.each(cases)('%s', (_name, start, steps, end) => {
    const position = new FetchPosition(start);
    for (const step of steps) {
      if (step === 'resumed') position.resumed();
      else if ('skip' in step) position.skipped(...step.skip);
      else {
        const [fetch, first, last] = step.accept;
        expect(position.accept({ fetch, first, last })).toBe(step.is);
      }
    }
    expect(position.expected).toBe(end);
  });
});

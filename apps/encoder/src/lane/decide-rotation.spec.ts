import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideMemorySeal,
  decideRotation,
  decideSeals,
  nextAgeSealAtMs,
  type RotationLimits,
} from './decide-rotation.js';
import { newLane, type LaneState, type OpenFile } from './lane-state.js';

const limits: RotationLimits = {
  fileBytesTarget: 1000,
  fileAgeMsMax: 500,
  openPrefixesMax: 3,
};

function openFile(file: Partial<OpenFile> & { prefix: string }): OpenFile {
  return {
    fileId: 'f',
    openedAtMs: 0,
    rows: 1,
    rawBytes: 10,
    encodedBytes: 0,
    memoryBytes: 10,
    dirty: 0,
    first: ['0/1', '0/1', 0],
    last: ['0/1', '0/1', 0],
    firstOffset: 0n,
    before: null,
    ...file,
  };
}

function laneWith(files: readonly OpenFile[]): LaneState {
  return { ...newLane('rows', 1), files: new Map(files.map((file) => [file.prefix, file])) };
}

describe('decideRotation', () => {
  test.each([
    ['below target and young', { encodedBytes: 0, rawBytes: 1000, ageMs: 499 }, 'append'],
    ['encoded bytes reach the target', { encodedBytes: 1000, rawBytes: 0, ageMs: 0 }, 'size'],
    [
      'what is not encoded counts by the ratio',
      { encodedBytes: 0, rawBytes: 2000, ageMs: 0 },
      'size',
    ],
    ['the ratio keeps it below', { encodedBytes: 0, rawBytes: 1999, ageMs: 0 }, 'append'],
    ['both add up', { encodedBytes: 500, rawBytes: 1000, ageMs: 0 }, 'size'],
    ['its age is reached', { encodedBytes: 1, rawBytes: 0, ageMs: 500 }, 'age'],
    ['size goes before age', { encodedBytes: 1000, rawBytes: 0, ageMs: 500 }, 'size'],
  ])('%s', (_, { ageMs, ...file }, expected) => {
    const rotation = decideRotation(
      { ...file, openedAtMs: 0 },
      { ...limits, encodedRatio: 0.5 },
      ageMs,
    );
    expect(rotation).toEqual(expected === 'append' ? 'append' : { seal: expected });
  });
});

describe('decideSeals', () => {
  test('takes each file on its own account', () => {
    const lane = laneWith([
      openFile({ prefix: 'old', openedAtMs: -500 }),
      openFile({ prefix: 'large', encodedBytes: 2000 }),
      openFile({ prefix: 'small' }),
    ]);
    expect(decideSeals(lane, limits, 0)).toEqual([
      { prefix: 'old', reason: 'age' },
      { prefix: 'large', reason: 'size' },
    ]);
  });

  test('seals the files that were opened first when a lane has too many', () => {
    const offsets = [7n, 3n, 9n, 5n, 1n];
    const lane = laneWith(
      offsets.map((firstOffset) => openFile({ prefix: `p${firstOffset}`, firstOffset })),
    );
    expect(decideSeals(lane, limits, 0)).toEqual([
      { prefix: 'p1', reason: 'memory' },
      { prefix: 'p3', reason: 'memory' },
    ]);
  });

  test('leaves no more files open than allowed, none too large and none too old', () => {
    const file = fc.record({
      encodedBytes: fc.integer({ min: 0, max: 2000 }),
      rawBytes: fc.integer({ min: 0, max: 2000 }),
      openedAtMs: fc.integer({ min: -1000, max: 0 }),
      firstOffset: fc.bigInt({ min: 0n, max: 100n }),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 12 }), (shapes) => {
        const lane = laneWith(
          shapes.map((shape, index) => openFile({ prefix: `p${index}`, ...shape })),
        );
        const due = new Map(
          decideSeals(lane, limits, 0).map(({ prefix, reason }) => [prefix, reason]),
        );
        const staying = [...lane.files.values()].filter(({ prefix }) => !due.has(prefix));
        expect(staying.length).toBeLessThanOrEqual(limits.openPrefixesMax);
        for (const { encodedBytes, openedAtMs } of staying) {
          expect(encodedBytes).toBeLessThan(limits.fileBytesTarget);
          expect(openedAtMs).toBeGreaterThan(-limits.fileAgeMsMax);
        }
      }),
    );
  });
});

test('the next seal by age is that of the oldest file', () => {
  expect(nextAgeSealAtMs(laneWith([]), limits)).toBeNull();
  const files = [
    openFile({ prefix: 'a', openedAtMs: 70 }),
    openFile({ prefix: 'b', openedAtMs: 20 }),
  ];
  expect(nextAgeSealAtMs(laneWith(files), limits)).toBe(520);
});

describe('decideMemorySeal', () => {
  test.each([
    ['nothing is open', [], null],
    ['within the budget', [60, 40], null],
    ['above it', [30, 60, 20], 60],
    ['one file alone is too much', [101], 101],
  ])('%s', (_, sizes, expected) => {
    const files = sizes.map((memoryBytes) => ({ memoryBytes }));
    expect(decideMemorySeal(files, 100)?.memoryBytes ?? null).toBe(expected);
  });
});

import { describe, expect, test } from '@jest/globals';
import { laneCheckpoint, type IdentityJson } from '@lakeferry/contracts';
import { afterCheckpoint, decideCheckpoint } from './decide-checkpoint.js';
import { newLane, recoverLane, type LaneState, type OpenFile } from './lane-state.js';

const id = (n: number): IdentityJson => ['0/1', '0/1', n];

function file(prefix: string, firstOffset: bigint, before: IdentityJson | null): OpenFile {
  return {
    prefix,
    firstOffset,
    before,
    fileId: 'f',
    openedAtMs: 0,
    rows: 1,
    rawBytes: 1,
    encodedBytes: 0,
    memoryBytes: 1,
    dirty: 0,
    first: id(0),
    last: id(0),
  };
}

const at = (state: Partial<LaneState>): LaneState => ({ ...newLane('rows', 1), ...state });

describe('decideCheckpoint', () => {
  test('nothing is open: a successor reads on from the position', () => {
    const state = at({ position: 7n, last: id(9), sealedThrough: new Map([['a', id(9)]]) });
    expect(decideCheckpoint(state, null)).toMatchObject({ next: '7', before: id(9), sealed: [] });
  });

  test('a file is open: a successor reads from the record of its first row', () => {
    const files = new Map([
      ['a', file('a', 5n, id(4))],
      ['b', file('b', 3n, id(2))],
    ]);
    const sealedThrough = new Map([
      ['c', id(8)],
      ['d', id(2)],
      ['a', id(3)],
    ]);
    expect(
      decideCheckpoint(at({ position: 7n, last: id(9), files, sealedThrough }), null),
    ).toMatchObject({
      next: '3',
      before: id(2),
      sealed: [
        ['c', id(8)],
        ['a', id(3)],
      ],
    });
  });

  test('nothing was read yet: everything that is sealed stays named', () => {
    const files = new Map([['a', file('a', 0n, null)]]);
    const sealedThrough = new Map([['c', id(8)]]);
    expect(decideCheckpoint(at({ files, sealedThrough }), null)).toMatchObject({
      before: null,
      sealed: [['c', id(8)]],
    });
  });

  test.each([
    ['base', false],
    ['barrier', true],
    ['rows', true],
  ] as const)('a lane at %s comes back there', (posture, baseSealed) => {
    const state = at({ posture, baseSealed, position: 4n, schemaVersion: 3 });
    const checkpoint = decideCheckpoint(state, { lsn: '0/5', at: 'then' });
    expect(laneCheckpoint.parse(JSON.parse(JSON.stringify(checkpoint)))).toEqual(checkpoint);
    const recovered = recoverLane(checkpoint);
    expect(recovered).toEqual(afterCheckpoint(state, checkpoint));
  });
});

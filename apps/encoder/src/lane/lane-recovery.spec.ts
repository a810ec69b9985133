import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseLsn } from '@lakeferry/contracts';
import { idOf, LaneModel, type ModelRecord } from '../testing/lane-model.js';

const prefix = fc.constantFrom('a', 'b', 'c', null);

/** A log with ascending identities; every watermark lies above all that was committed before it. */
const log = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.array(fc.tuple(prefix, fc.boolean()), { minLength: 1, maxLength: 5 }),
      },
      { weight: 1, arbitrary: fc.constant('watermark' as const) },
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((shapes) => {
    let commit = 1;
    let index = 0;
    return shapes.map((shape): ModelRecord => {
      if (shape === 'watermark') {
        commit += 1;
        index = 0;
        return { kind: 'watermark', commit };
      }
      const mutations = shape.map(([prefix, startsTransaction]) => {
        if (startsTransaction) {
          commit += 1;
          index = 0;
        } else index += 1;
        return { commit, index, prefix };
      });
      return { kind: 'mutations', mutations };
    });
  });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      seal: fc.subarray(['a', 'b', 'c']),
      crashes: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(records: readonly ModelRecord[], steps: readonly Step[]): LaneModel {
  const lane = new LaneModel(records);
  for (const each of steps) {
    if (each === 'crash') lane.crash();
    else if ('read' in each) lane.read(each.read);
    else lane.sealAndCommit(each.seal, each.crashes);
  }
  while (!lane.isAtEnd) lane.read(1);
  lane.sealAndCommit(lane.prefixes);
  return lane;
}

function rowsOf(records: readonly ModelRecord[]) {
  return records.flatMap((record) =>
    record.kind === 'mutations' ? record.mutations.filter((each) => each.prefix !== null) : [],
  );
}

describe('a lane that is sealed and killed at any point', () => {
  test('puts every row into exactly one committed file of its prefix', () => {
    fc.assert(
      fc.property(log, fc.array(step, { maxLength: 60 }), (records, steps) => {
        const { commits } = play(records, steps);
        const files = commits.flatMap((commit) => commit.files);
        const expected = rowsOf(records).map((row) => `${row.prefix}/${idOf(row)}`);
        const found = files.flatMap(({ prefix, ids }) => ids.map((id) => `${prefix}/${id}`));
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps the rows of a prefix in order over its files', () => {
    fc.assert(
      fc.property(log, fc.array(step, { maxLength: 60 }), (records, steps) => {
        const { commits } = play(records, steps);
        for (const prefix of ['a', 'b', 'c']) {
          const found = commits.flatMap(({ files }) =>
            files.filter((file) => file.prefix === prefix).flatMap((file) => file.ids),
          );
          const expected = rowsOf(records)
            .filter((row) => row.prefix === prefix)
            .map(idOf);
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('writes marks that are true, and never goes back', () => {
    fc.assert(
      fc.property(log, fc.array(step, { maxLength: 60 }), (records, steps) => {
        const { commits } = play(records, steps);
        const committed = new Set<string>();
        let next = 0n;
        let marked = 0n;
        for (const { files, checkpoint } of commits) {
          for (const { ids } of files) for (const id of ids) committed.add(id);
          expect(BigInt(checkpoint.next)).toBeGreaterThanOrEqual(next);
          next = BigInt(checkpoint.next);
          const lsn = checkpoint.mark === null ? 0n : parseLsn(checkpoint.mark.lsn);
          expect(lsn).toBeGreaterThanOrEqual(marked);
          marked = lsn;
          const missing = rowsOf(records).filter(
            (row) => BigInt(row.commit) < lsn && !committed.has(idOf(row)),
          );
          expect(missing).toEqual([]);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('marks the last watermark once nothing is open', () => {
    fc.assert(
      fc.property(log, fc.array(step, { maxLength: 20 }), (records, steps) => {
        const { commits } = play(records, steps);
        const last = records.findLast((record) => record.kind === 'watermark');
        const mark = commits.at(-1)?.checkpoint.mark;
        expect(mark === null || mark === undefined ? null : parseLsn(mark.lsn)).toEqual(
          last === undefined ? null : BigInt(last.commit),
        );
      }),
    );
  });
});

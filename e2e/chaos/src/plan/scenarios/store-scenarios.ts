import type { SeededRandom } from '@lakeferry/history';
import { pick } from '../choices.js';
import { ordinaryLoad, threeTasks } from '../ordinary-round.js';
import type { FaultSpec } from '../round-plan.js';
import type { Scenario } from '../scenario.js';

export const STORE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'shaky-store',
    about: 'A share of all requests is refused, reset, stalled, cut, or done without an answer.',
    shape: 'ordinary',
    weight: 4,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: [
        {
          atMs: random.integer(500, 2_000),
          fault: {
            kind: 'store-disturbed',
            share: pick(random, [0.1, 0.3, 0.6]),
            forMs: random.integer(10_000, 14_000),
          },
        },
        {
          atMs: random.integer(5_000, 10_000),
          fault: { kind: 'kill', service: 'writer', instance: random.integer(0, 1), downMs: 500 },
        },
      ],
    }),
  },
  {
    name: 'store-down',
    about: 'The store refuses everything for a while, or the key of the writer.',
    shape: 'ordinary',
    weight: 3,
    compose: (random) => {
      const forMs = random.integer(5_000, 10_000);
      const how = pick(random, ['SlowDown', 'reset', 'stall', 'key'] as const);
      const fault: FaultSpec =
        how === 'key' ? { kind: 'key-revoked', forMs } : { kind: 'store-down', how, forMs };
      return {
        tasks: threeTasks(random),
        load: ordinaryLoad(random),
        faults: [{ atMs: random.integer(3_000, 6_000), fault }],
      };
    },
  },
  {
    name: 'new-bucket',
    about: 'The bucket is deleted with all that is in it and made anew: all is delivered again.',
    shape: 'ordinary',
    weight: 2,
    compose: (random) => ({
      tasks: threeTasks(random),
      load: ordinaryLoad(random),
      faults: [
        {
          atMs: random.integer(6_000, 9_000),
          fault: { kind: 'bucket-recreated', goneMs: random.integer(0, 5_000) },
        },
      ],
    }),
  },
  {
    name: 'parts',
    about:
      'Objects of many megabytes are put in parts, to a shaky store, by writers that are struck.',
    shape: 'ordinary',
    weight: 3,
    compose: (random) => ({
      tasks: [
        {
          name: 'huge',
          table: 'huge',
          taskType: pick(random, ['INC', 'BASE_INC']),
          lanes: 1,
          createdAtMs: 0,
          config: { fileAgeSecondsMax: 3 },
        },
      ],
      load: {
        ...{ connections: 2, pauseMs: 80, baseRows: 200, forMs: 16_000 },
        asynchronousCommits: false,
        mix: { giantShare: 0 },
      },
      faults: [
        { atMs: random.integer(1_500, 3_000), fault: strikeUpload(random) },
        { atMs: random.integer(9_000, 11_000), fault: strikeUpload(random) },
        ...(random.chance(0.6)
          ? [
              {
                atMs: random.integer(2_000, 6_000),
                fault: { kind: 'store-disturbed', share: 0.15, forMs: 8_000 } as const,
              },
            ]
          : []),
      ],
    }),
  },
];

function strikeUpload(random: SeededRandom): FaultSpec {
  const point = pick(random, ['writer.between-parts', 'writer.before-complete'] as const);
  const order = pick(random, ['kill', 'kill after 2', 'error', 'error after 3', 'stop'] as const);
  const stoppedMs = order === 'stop' ? 13_000 : 0;
  return { kind: 'failpoint', service: 'writer', point, order, forMs: 6_000, stoppedMs };
}

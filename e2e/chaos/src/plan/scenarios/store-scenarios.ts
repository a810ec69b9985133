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
];

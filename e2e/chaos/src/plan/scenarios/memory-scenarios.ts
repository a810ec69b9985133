import type { Scenario } from '../scenario.js';
import { pick } from '../choices.js';

export const MEMORY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'open-prefixes',
    about:
      'Rows of more than 500 partitions at once, under hard limits of memory: slower, never down.',
    shape: 'tight',
    weight: 1,
    // The table once, and few changes: each partition is an object, and a store that lists all it has for
    // the first object of a partition takes a tenth of a second for it.
    compose: (random) => ({
      tasks: [
        {
          name: 'scatter',
          table: 'scattered',
          taskType: 'BASE',
          lanes: 1,
          createdAtMs: 0,
          config: { fileAgeSecondsMax: 8 },
        },
      ],
      load: {
        ...{ connections: 2, pauseMs: 200, baseRows: random.integer(1_100, 3_000), forMs: 8_000 },
        asynchronousCommits: false,
        mix: { giantShare: 0 },
      },
      faults: [],
      staysUp: true,
    }),
  },
  {
    name: 'huge-rows',
    about: 'Rows of 15 MB, some too large to be delivered whole, under hard limits of memory.',
    shape: 'tight',
    weight: 1,
    compose: (random) => ({
      tasks: [
        {
          name: 'huge',
          table: 'huge',
          taskType: pick(random, ['INC', 'BASE_INC']),
          lanes: pick(random, [1, 2]),
          createdAtMs: 0,
          config: { fileAgeSecondsMax: 2 },
        },
        {
          name: 'beside',
          table: 'plain',
          taskType: 'INC',
          lanes: 1,
          createdAtMs: 500,
          config: { fileAgeSecondsMax: 1 },
        },
      ],
      load: {
        ...{ connections: 2, pauseMs: 140, baseRows: 200, forMs: 14_000 },
        asynchronousCommits: false,
        mix: { giantShare: 0 },
      },
      faults: random.chance(0.5)
        ? [
            {
              atMs: random.integer(5_000, 9_000),
              fault: {
                ...{ kind: 'kill', instance: 0, downMs: 0 },
                service: pick(random, ['changefeed', 'encoder', 'writer']),
              },
            },
          ]
        : [],
      staysUp: true,
    }),
  },
];

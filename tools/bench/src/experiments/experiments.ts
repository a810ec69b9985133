import { BASE } from './base.js';
import { CATCH_UP } from './catch-up-experiment.js';
import type { Experiment } from './experiment.js';
import { FILES } from './files.js';
import { LATENCY } from './latency.js';
import { PEER } from './peer.js';
import { SCALING } from './scaling.js';

/** In the order in which they run. */
export const ALL_EXPERIMENTS: readonly Experiment[] = [
  ...[BASE, CATCH_UP, LATENCY, SCALING, FILES, PEER],
];

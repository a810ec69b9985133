import type { Failpoint } from './failpoint-names.js';

export type { Failpoint } from './failpoint-names.js';
export type { FailpointHit, FailpointOrder } from './failpoint-order.js';

/**
 * A named place at which a harness may kill, stop, delay or fail this process. Here it does nothing,
 * and a production build leaves out the calls; the package condition `lakeferry-failpoints` puts
 * `armed-failpoint.ts` in the place of this module.
 *
 * A call is a line of its own in a block, `await failpoint('…');`, so that it can be left out.
 */
export function failpoint(_name: Failpoint): void | Promise<void> {}

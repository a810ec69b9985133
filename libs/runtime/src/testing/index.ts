export { armFailpoint, type FailpointJob } from '../failpoint/armed-failpoint.js';
export { FAILPOINTS, type Failpoint } from '../failpoint/failpoint-names.js';
export type { FailpointHit, FailpointOrder } from '../failpoint/failpoint-order.js';

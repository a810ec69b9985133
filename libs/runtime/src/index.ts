export { assert, must } from './assert.js';
export { backoffMs, type BackoffLimits } from './backoff.js';
export { systemClock, type Clock } from './clock.js';
export { SerialQueue } from './serial-queue.js';
export { serviceLoop, type LoopFailure, type ServiceLoopOptions } from './service-loop.js';
export { Secret, SecretBox } from './secret-box.js';
export { untilAborted } from './until-aborted.js';

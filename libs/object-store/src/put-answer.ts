import type { S3ErrorShape } from './s3-errors.js';

/**
 * What a failed put means:
 * - `exists`         an object of that key is there;
 * - `conflict`       another put of the key is under way: try again in a moment;
 * - `unconditional`  the store does not know conditional puts: look first, then put plainly;
 * - `fail`           an error like any other.
 */
export type PutAnswer = 'exists' | 'conflict' | 'unconditional' | 'fail';

export function decidePutAnswer(error: S3ErrorShape, conditional: boolean): PutAnswer {
  if (error.status === 412 || error.name === 'PreconditionFailed') return 'exists';
  if (error.status === 409) return 'conflict';
  const unknown = error.status === 501 || error.name === 'NotImplemented';
  return unknown && conditional ? 'unconditional' : 'fail';
}

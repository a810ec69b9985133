import { createHash, randomBytes } from 'node:crypto';
import { bufferBody } from '../object-store.js';

/** A body of random bytes with its sha256. */
export function randomBody(bytes: number) {
  const content = randomBytes(bytes);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, body: bufferBody(content), sha256 };
}

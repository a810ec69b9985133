import { DeliveryError } from '@lakeferry/errors';
import { toPostgresError } from './postgres-errors.js';

/** The error in the body of an ErrorResponse: fields of one letter and a text each. */
export function backendError(body: Buffer, doing: string): DeliveryError {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const close = body.indexOf(0, at);
    fields.set(String.fromCharCode(body[at] as number), body.toString('utf8', at + 1, close));
    at = close + 1;
  }
  const cause = Object.assign(new Error(fields.get('M') ?? ''), { code: fields.get('C') });
  return toPostgresError(cause, doing);
}

import { DeliveryError, isDeliveryError, type ErrorCode } from '@lakeferry/errors';

/** What is looked at of an error of the server, the driver or the socket. */
export interface PostgresErrorFacts {
  /** SQLSTATE of a server error, or the `code` of a socket error such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  readonly message: string;
}

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'ERR_STREAM_DESTROYED',
]);

const BY_SQLSTATE: Readonly<Record<string, ErrorCode>> = {
  '28000': 'SOURCE_UNAUTHORIZED',
  '28P01': 'SOURCE_UNAUTHORIZED',
  '42501': 'SOURCE_UNAUTHORIZED',
  '3D000': 'SOURCE_UNAUTHORIZED',
  '53300': 'SOURCE_UNAVAILABLE',
  '53400': 'SOURCE_NOT_READY',
  '55P03': 'SOURCE_LOCK_TIMEOUT',
  '57014': 'SOURCE_LOCK_TIMEOUT',
  '40P01': 'SOURCE_LOCK_TIMEOUT',
  '40001': 'SOURCE_LOCK_TIMEOUT',
  '55006': 'SOURCE_SLOT_BUSY',
  '42P01': 'SOURCE_TABLE_CHANGED',
  '42703': 'SOURCE_TABLE_CHANGED',
};

/** Whole classes that pass by themselves: connection trouble, out of resources, shutdown and start-up. */
const RETRY_CLASSES = new Set(['08', '53', '57', '58']);

/** The code of a failure at the source; pure. */
export function postgresErrorCode(facts: PostgresErrorFacts): ErrorCode {
  const { code, message } = facts;
  if (message.includes('initial slot snapshot too large')) return 'SOURCE_SNAPSHOT_TOO_LARGE';
  if (message.includes('all replication slots are in use')) return 'SOURCE_NOT_READY';
  if (code === undefined) {
    return /terminated|timeout|closed|not queryable|ended/i.test(message)
      ? 'SOURCE_UNAVAILABLE'
      : 'SOURCE_STATEMENT_FAILED';
  }
  if (SOCKET_CODES.has(code)) return 'SOURCE_UNAVAILABLE';
  if (code === '42704' && message.includes('replication slot')) return 'SOURCE_SLOT_MISSING';
  if (code === '55000') return codeOfObjectState(message);
  const known = BY_SQLSTATE[code];
  if (known !== undefined) return known;
  return RETRY_CLASSES.has(code.slice(0, 2)) ? 'SOURCE_UNAVAILABLE' : 'SOURCE_STATEMENT_FAILED';
}

/** `object_not_in_prerequisite_state` covers both a lost slot and a server that is not set up for slots. */
function codeOfObjectState(message: string): ErrorCode {
  if (/can no longer (get changes|access)|invalidated|exceeded the maximum/i.test(message)) {
    return 'SOURCE_SLOT_LOST';
  }
  return 'SOURCE_NOT_READY';
}

/**
 * The translation at the edge. The message names what was being done and the server's primary
 * message; details, which may quote row values, stay in `cause`.
 *
 * @param doing what failed, as in "reading the catalog"
 */
export function toPostgresError(error: unknown, doing: string): DeliveryError {
  if (isDeliveryError(error)) return error;
  const facts = factsOf(error);
  return new DeliveryError(postgresErrorCode(facts), `${doing} failed: ${facts.message}`, {
    cause: error,
    context: { doing, sqlstate: facts.code },
  });
}

/** What a callback threw that was given the received bytes: ours, so a bug unless it says otherwise. */
export function toReceiverError(error: unknown): DeliveryError {
  if (isDeliveryError(error)) return error;
  return new DeliveryError('INVARIANT_BROKEN', 'what was received could not be taken in', {
    cause: error,
  });
}

function factsOf(error: unknown): PostgresErrorFacts {
  if (typeof error !== 'object' || error === null) {
    return { code: undefined, message: 'an unknown error' };
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' && message !== '' ? message : 'no message was given',
  };
}

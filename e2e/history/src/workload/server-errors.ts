/** Serialization failure, deadlock, lock not available, query cancelled: a transaction that goes is part of the job. */
const ROLLED_BACK = new Set(['40001', '40P01', '55P03', '57014']);
const OBJECT_IN_USE = '55006';
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

/** The server is gone or is going; what it had not committed is rolled back. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return CONNECTION_CODES.has(code) || code.startsWith('08');
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|not queryable|connection error|timeout expired/i.test(message);
}

export function isExpectedRollback(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && ROLLED_BACK.has(code);
}

/** Somebody else still has the slot: a connection that was cut lives on until the server notices. */
export function isSlotBusy(error: unknown): boolean {
  return codeOf(error) === OBJECT_IN_USE;
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

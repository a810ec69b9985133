/** Serialization failure, deadlock, lock not available: a transaction that goes is part of the job. */
const ROLLED_BACK = new Set(['40001', '40P01', '55P03']);
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
]);

/** The server is gone or is going; what it had not committed is rolled back. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return CONNECTION_CODES.has(code) || code.startsWith('08');
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|not queryable|connection error/i.test(message);
}

export function isExpectedRollback(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && ROLLED_BACK.has(code);
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

import { DeliveryError, isDeliveryError } from '@lakeferry/errors';

/** What is read from an error of Prisma or its driver; anything may be missing. */
interface StoreErrorShape {
  readonly name: string;
  readonly code: string | undefined;
  readonly sqlState: string | undefined;
}

/** Prisma's codes for: unreachable, timed out, refused, closed, pool exhausted, transaction gone, conflict. */
const UNAVAILABLE = new Set([
  'P1000',
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2034',
  'P2037',
]);
/** Connection, authorization, rollback, resources, operator intervention, system, invalid catalog. */
const UNAVAILABLE_STATE = /^(08|28|3D|40|53|55|57|58)|^25006$/;
const SOCKET_CODE =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)/;

function shapeOf(error: unknown): StoreErrorShape {
  const { name, code, meta, originalCode } = Object(error) as {
    name?: unknown;
    code?: unknown;
    originalCode?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const sqlState = meta?.driverAdapterError?.cause?.originalCode ?? originalCode;
  return {
    name: typeof name === 'string' ? name : 'unknown',
    code: typeof code === 'string' ? code : undefined,
    sqlState: typeof sqlState === 'string' ? sqlState : undefined,
  };
}

/** Whether the control database refused a second row of the same unique values. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, sqlState } = shapeOf(error);
  return code === 'P2002' || sqlState === '23505';
}

/**
 * Ours for every error of the store: what may pass is CONTROL_UNAVAILABLE, the rest is a statement
 * that should not have been made. The driver's message stays in the cause.
 */
export function toStoreError(error: unknown): DeliveryError {
  if (isDeliveryError(error)) return error;
  for (let at: unknown = error, depth = 0; at != null && depth < 5; depth += 1) {
    const { name, code, sqlState } = shapeOf(at);
    const passing =
      name === 'PrismaClientInitializationError' ||
      (code !== undefined && (UNAVAILABLE.has(code) || SOCKET_CODE.test(code))) ||
      [code, sqlState].some((state) => state?.length === 5 && UNAVAILABLE_STATE.test(state)) ||
      ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout'].includes(kindOf(at));
    if (passing) {
      return new DeliveryError('CONTROL_UNAVAILABLE', 'the control database does not answer', {
        cause: error,
        context: { sqlState: sqlState ?? code },
      });
    }
    at = (at as { cause?: unknown }).cause;
  }
  const { code, sqlState } = shapeOf(error);
  return new DeliveryError('INVARIANT_BROKEN', 'a statement on the control database failed', {
    cause: error,
    context: { sqlState: sqlState ?? code },
  });
}

function kindOf(error: unknown): string {
  const { kind } = Object(error) as { kind?: unknown };
  return typeof kind === 'string' ? kind : '';
}

/** Runs a piece of work on the store with its errors translated. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

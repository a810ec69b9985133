import type { StatusError } from '@lakeferry/contracts';
import { isDeliveryError, type ErrorAction } from '@lakeferry/errors';

/** Retries below this number are not worth a person's attention. */
const RETRIES_UNSEEN = 3;
const WEIGHT: Readonly<Record<StatusError['action'], number>> = { retry: 0, hold: 1, halt: 2 };

/** One failure of something that is tried again, or not. */
export interface Failure {
  readonly error: unknown;
  readonly action: ErrorAction;
  /** From 1. */
  readonly attempt: number;
  readonly at: string;
}

/** What a failure looks like in the lane's status; null while it is too young to be told. */
export function decideStatusError(
  failure: Failure,
  before: StatusError | undefined,
): StatusError | null {
  const { error, action, attempt, at } = failure;
  if (!isDeliveryError(error)) return null;
  if (action === 'retry' && attempt < RETRIES_UNSEEN) return null;
  if (action === 'refuse' || action === 'crash') return null;
  const since = before?.code === error.code ? before.since : at;
  return { code: error.code, message: error.message, remedy: error.remedy, action, since };
}

/** The error that a lane shows: the worst, and of equals the oldest. */
export function worstOf(errors: Iterable<StatusError>): StatusError | null {
  let worst: StatusError | null = null;
  for (const error of errors) {
    if (worst === null || WEIGHT[error.action] > WEIGHT[worst.action]) worst = error;
  }
  return worst;
}

import { actionOf, remedyOf, type ErrorAction, type ErrorCode } from './error-policy.js';

const BRAND = Symbol.for('lakeferry.delivery-error');

/** Facts about an error: names, ids, counts, positions. Never row values, never secrets. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

/** One offending field of a request. */
export interface FieldProblem {
  /** Path of the field as the user wrote it, `taskConfig.ossPrefix`. */
  readonly field: string;
  /** What is wrong with it. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy: string;
}

interface DeliveryErrorOptions {
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  readonly fields?: readonly FieldProblem[];
  /** Where more is known about what to do than the code's policy says. */
  readonly remedy?: string;
}

/** The one error class: a code with a policy, a message in our words, facts, and the low-level cause. */
export class DeliveryError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly fields: readonly FieldProblem[];
  readonly #remedy: string | undefined;

  constructor(code: ErrorCode, message: string, options: DeliveryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeliveryError';
    this.code = code;
    this.context = options.context ?? {};
    this.fields = options.fields ?? [];
    this.#remedy = options.remedy;
    Object.defineProperty(this, BRAND, { value: true });
  }

  get action(): ErrorAction {
    return actionOf(this.code);
  }

  get remedy(): string | null {
    return this.#remedy ?? remedyOf(this.code);
  }
}

/** Recognises a `DeliveryError` across module copies and realms, where `instanceof` fails. */
export function isDeliveryError(error: unknown): error is DeliveryError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** `INVALID_ARGUMENT` with the fields it is about. */
export function invalidArgument(fields: readonly FieldProblem[]): DeliveryError {
  const list = fields.map((f) => `${f.field}: ${f.problem}`).join('; ');
  return new DeliveryError('INVALID_ARGUMENT', list, { fields });
}

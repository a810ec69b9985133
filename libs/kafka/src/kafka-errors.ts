import {
  DeliveryError,
  isDeliveryError,
  type ErrorCode,
  type ErrorContext,
} from '@lakeferry/errors';

/** What is read from an error of kafkajs; anything may be missing. */
interface KafkaErrorShape {
  readonly name: string;
  readonly message: string;
  readonly type: string | undefined;
  readonly code: number | string | undefined;
  readonly retriable: boolean | undefined;
  readonly topic: string | undefined;
}

/** The producer's epoch is over: a successor fenced it, or its transaction timed out. */
const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'TRANSACTION_COORDINATOR_FENCED',
  'FENCED_INSTANCE_ID',
]);
const PRODUCER_FENCED_CODE = 90;

/** Refused for good: trying again without mending something can't help. */
const REFUSED = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'SASL_AUTHENTICATION_FAILED',
  'SECURITY_DISABLED',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_REPLICA_ASSIGNMENT',
  'INVALID_CONFIG',
  'POLICY_VIOLATION',
  'INVALID_TRANSACTION_TIMEOUT',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_RECORD',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'GROUP_MAX_SIZE_REACHED',
  'TOPIC_DELETION_DISABLED',
]);

/** Errors of JavaScript itself, recognised by name: a defect of ours or of the client. */
const DEFECTS = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

const SOCKET_CODES =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)/;

function shapeOf(error: unknown): KafkaErrorShape {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const { name, message, type, code, retriable, topic } = fields;
  return {
    name: typeof name === 'string' ? name : 'unknown',
    message: typeof message === 'string' ? message : String(error),
    type: typeof type === 'string' ? type : undefined,
    code: typeof code === 'number' || typeof code === 'string' ? code : undefined,
    retriable: typeof retriable === 'boolean' ? retriable : undefined,
    topic: typeof topic === 'string' ? topic : undefined,
  };
}

/** kafkajs wraps ("number of retries exceeded", aggregates); the innermost error tells what happened. */
function chainOf(error: unknown): KafkaErrorShape[] {
  const chain: KafkaErrorShape[] = [];
  let current: unknown = error;
  while (current !== undefined && current !== null && chain.length < 8) {
    chain.unshift(shapeOf(current));
    const { cause, errors } = current as { cause?: unknown; errors?: readonly unknown[] };
    current = cause ?? errors?.[0];
  }
  return chain;
}

function classifyOne(shape: KafkaErrorShape): ErrorCode | undefined {
  const { type, name, code } = shape;
  if (type === 'OFFSET_OUT_OF_RANGE') return 'KAFKA_OFFSET_OUT_OF_RANGE';
  if (code === PRODUCER_FENCED_CODE || (type !== undefined && FENCED.has(type))) {
    return 'KAFKA_FENCED';
  }
  if (type !== undefined && REFUSED.has(type)) return 'KAFKA_REFUSED';
  if (name === 'KafkaJSSASLAuthenticationError' || name === 'KafkaJSServerDoesNotSupportApiKey') {
    return 'KAFKA_REFUSED';
  }
  if (DEFECTS.has(name)) return 'INVARIANT_BROKEN';
  if (type !== undefined || name.startsWith('KafkaJS')) return 'KAFKA_UNAVAILABLE';
  if (typeof code === 'string' && SOCKET_CODES.test(code)) return 'KAFKA_UNAVAILABLE';
  return undefined;
}

/**
 * The code of an error that came out of kafkajs; `INVARIANT_BROKEN` for what can't have come from
 * there. Protocol errors that this table does not know count as passing: retries are bounded by
 * rate, not by number, and a wrong halt would stop a task for a hiccup.
 */
export function classifyKafkaError(error: unknown): ErrorCode {
  for (const shape of chainOf(error)) {
    const code = classifyOne(shape);
    if (code !== undefined) return code;
  }
  return 'INVARIANT_BROKEN';
}

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  KAFKA_UNAVAILABLE: 'kafka is not available',
  KAFKA_FENCED: 'another producer took over, or the transaction timed out',
  KAFKA_OFFSET_OUT_OF_RANGE: 'the offset to read from is not held by the topic',
  KAFKA_REFUSED: 'kafka refuses the request',
  INVARIANT_BROKEN: 'an unexpected error in the use of kafka',
};

/** A `DeliveryError` out of anything that was thrown; one that is a `DeliveryError` stays itself. */
export function toKafkaError(error: unknown, context: ErrorContext = {}): DeliveryError {
  if (isDeliveryError(error)) return error;
  const code = classifyKafkaError(error);
  const innermost = chainOf(error)[0];
  const message = MESSAGES[code] ?? 'kafka failed';
  return new DeliveryError(code, `${message}: ${innermost?.message ?? String(error)}`, {
    context: { ...context, kafkaError: innermost?.type ?? innermost?.name },
    cause: error,
  });
}

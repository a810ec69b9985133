import { DeliveryError, isDeliveryError, remedyOf, type ErrorCode } from '@lakeferry/errors';
import { explain, type FailedCall } from './s3-error-words.js';

/** What is read from an error of the SDK, of Node's sockets or of TLS; anything may be missing. */
export interface S3ErrorShape {
  /** Code of the store's answer, or the name of a client-side error. */
  readonly name?: string | undefined;
  /** Code of a socket, resolver or TLS error. */
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  /** Where the store says that the bucket lies. */
  readonly region?: string | undefined;
}

const UNAVAILABLE = [
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'TooManyRequests',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'InternalError',
  'ServiceUnavailable',
  'TemporaryRedirect',
  'OperationAborted',
  'ConditionalRequestConflict',
  // The bytes were damaged or cut on their way, or somebody aborted the upload: put it again.
  'BadDigest',
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'NoSuchUpload',
  'InvalidPart',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
] as const;

const UNAUTHORIZED = [
  'AccessDenied',
  'AllAccessDisabled',
  'AccountProblem',
  'NotSignedUp',
  'Forbidden',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSecurity',
  'InvalidToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'UnauthorizedAccess',
  'UserDisable',
  'CredentialsProviderError',
] as const;

const BUCKET_INVALID = [
  'NoSuchBucket',
  'InvalidBucketName',
  'InvalidBucketState',
  'PermanentRedirect',
  'MovedPermanently',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'IncorrectEndpoint',
] as const;

const ENDPOINT_INVALID = [
  'ENOTFOUND',
  'EPROTO',
  'ERR_INVALID_URL',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
] as const;

const BY_NAME: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ...UNAVAILABLE.map((name) => [name, 'OBJECT_STORE_UNAVAILABLE'] as const),
  ...UNAUTHORIZED.map((name) => [name, 'OBJECT_STORE_UNAUTHORIZED'] as const),
  ...BUCKET_INVALID.map((name) => [name, 'OBJECT_STORE_BUCKET_INVALID'] as const),
  ...ENDPOINT_INVALID.map((name) => [name, 'OBJECT_STORE_ENDPOINT_INVALID'] as const),
  ['RequestTimeTooSkewed', 'OBJECT_STORE_CLOCK_SKEWED'],
  ['RequestExpired', 'OBJECT_STORE_CLOCK_SKEWED'],
]);

/** The code of an error: by its name first, since stores disagree about statuses. */
export function classify(error: S3ErrorShape): ErrorCode {
  const named = BY_NAME.get(error.name ?? '') ?? BY_NAME.get(error.code ?? '');
  if (named !== undefined) return named;
  const status = error.status ?? 0;
  if (status === 401 || status === 403) return 'OBJECT_STORE_UNAUTHORIZED';
  if (status === 301) return 'OBJECT_STORE_BUCKET_INVALID';
  if (status === 408 || status === 429) return 'OBJECT_STORE_UNAVAILABLE';
  if (status >= 500 && status !== 501) return 'OBJECT_STORE_UNAVAILABLE';
  // An answer that says that all is well, and that can't be read.
  if (status >= 200 && status < 300) return 'OBJECT_STORE_UNAVAILABLE';
  return 'OBJECT_STORE_REFUSED';
}

/** The parts of any thrown value that `classify` looks at; causes are looked through. */
export function errorShape(error: unknown): S3ErrorShape {
  if (typeof error !== 'object' || error === null) return {};
  const { name, Code, code, Region, $metadata, $response, cause } = error as {
    name?: unknown;
    Code?: unknown;
    code?: unknown;
    Region?: unknown;
    $metadata?: { httpStatusCode?: unknown };
    $response?: { headers?: Record<string, unknown> };
    cause?: unknown;
  };
  const inner = cause === undefined ? {} : errorShape(cause);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const status = $metadata?.httpStatusCode;
  const plain = name === 'Error' || name === 'TypeError' ? undefined : text(name);
  return {
    name: text(Code) ?? plain ?? inner.name,
    code: text(code) ?? inner.code,
    status: typeof status === 'number' ? status : inner.status,
    region: text(Region) ?? text($response?.headers?.['x-amz-bucket-region']) ?? inner.region,
  };
}

/** Any error of the SDK in our words; ours pass unchanged. */
export function toObjectStoreError(
  error: unknown,
  call: FailedCall & { readonly key?: string },
): DeliveryError {
  if (isDeliveryError(error)) return error;
  const shape = errorShape(error);
  const code = classify(shape);
  const answer = [shape.name, shape.code, shape.status].filter((part) => part !== undefined);
  const { said, remedy } = explain(code, shape, call);
  const { action, bucket, key } = call;
  const denied = code === 'OBJECT_STORE_UNAUTHORIZED';
  const whole = denied ? `not authorized to deliver data to the bucket: ${said}` : said;
  const what = denied && remedy !== undefined ? `${remedy} ${remedyOf(code) ?? ''}` : remedy;
  return new DeliveryError(code, `${whole} (${answer.join(', ') || 'no code'})`, {
    context: { action, bucket, key, status: shape.status, storeCode: shape.name ?? shape.code },
    cause: error,
    ...(what === undefined ? {} : { remedy: what }),
  });
}

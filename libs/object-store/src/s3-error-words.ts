import type { ErrorCode } from '@lakeferry/errors';
import type { S3ErrorShape } from './s3-errors.js';

/** What failed, as far as it is known. */
export interface FailedCall {
  /** `put`, `head`, `list`, … */
  readonly action: string;
  readonly bucket?: string | undefined;
  /** Host of the store. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/** A cause in a sentence, and what to do where the code's own remedy is not as good. */
export interface Explanation {
  readonly said: string;
  readonly remedy?: string;
}

type Words = (call: FailedCall, shape: S3ErrorShape) => Explanation;

const bucketOf = ({ bucket }: FailedCall) => (bucket === undefined ? 'the bucket' : bucket);
const storeOf = ({ endpoint }: FailedCall) => endpoint ?? "the region's endpoint";

const otherRegion: Words = (call, { region }) => ({
  said:
    `the bucket ${bucketOf(call)} lies in another region than ${call.region ?? 'ours'}` +
    (region === undefined ? '' : `: in ${region}`),
});
const untrusted: Words = (call) => ({
  said: `the certificate of ${storeOf(call)} is not signed by an authority that we know`,
  remedy: 'Give the writer the authority in a PEM file that NODE_EXTRA_CA_CERTS names.',
});
const outdated: Words = (call) => ({
  said: `the certificate of ${storeOf(call)} has expired, or is not valid yet`,
  remedy: "Renew the store's certificate; check the clock of the writer's host.",
});
const noTls: Words = (call) => ({
  said: `${storeOf(call)} does not speak TLS`,
  remedy: 'Write the endpoint with http:// if the store has no TLS, or name its TLS port.',
});
const noAnswer: Words = (call) => ({
  said: `nothing answers at ${storeOf(call)}`,
  remedy: 'Check that the store runs, and host and port of the endpoint.',
});
const denied: Words = (call) =>
  call.action === 'put'
    ? {
        said: `the store denies writing objects to ${bucketOf(call)}: the role may be read-only`,
        remedy: 'Grant the role of the task the right to put objects under its prefix.',
      }
    : { said: `the store denies access to ${bucketOf(call)} (${call.action})` };
const revoked: Words = () => ({
  said: 'the store does not know the access key of the role: it was revoked, or never was',
  remedy: 'Enter the present access key of the role in the map of roles.',
});
const outlived: Words = () => ({
  said: 'the session of the role has expired',
  remedy: 'Enter new credentials of the role in the map of roles.',
});

const BY_NAME: Readonly<Record<string, Words>> = {
  AccessDenied: denied,
  Forbidden: denied,
  AllAccessDisabled: denied,
  InvalidAccessKeyId: revoked,
  UserDisable: revoked,
  InvalidToken: outlived,
  ExpiredToken: outlived,
  ExpiredTokenException: outlived,
  TokenRefreshRequired: outlived,
  SignatureDoesNotMatch: () => ({
    said: 'the secret of the role does not fit its access key',
    remedy: 'Enter the present secret access key of the role in the map of roles.',
  }),
  CredentialsProviderError: () => ({ said: 'the role has no credentials to be found' }),
  NoSuchBucket: (call) => ({ said: `the destination bucket ${bucketOf(call)} does not exist` }),
  PermanentRedirect: otherRegion,
  MovedPermanently: otherRegion,
  AuthorizationHeaderMalformed: otherRegion,
  IllegalLocationConstraintException: otherRegion,
  IncorrectEndpoint: otherRegion,
  NotImplemented: (call) => ({
    said:
      call.action === 'put'
        ? `the store takes no objects in ${bucketOf(call)}: it may be read-only`
        : `the store does not know the request (${call.action})`,
  }),
  ENOTFOUND: (call) => ({
    said: `the host name of the endpoint can't be resolved: ${storeOf(call)}`,
    remedy: "Check the spelling of the endpoint, and the name service of the writer's host.",
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (call) => ({
    said: `the certificate of ${storeOf(call)} is for another host name`,
    remedy: 'Name the endpoint as its certificate does, or mend the certificate.',
  }),
  CERT_HAS_EXPIRED: outdated,
  CERT_NOT_YET_VALID: outdated,
  CERT_UNTRUSTED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ECONNREFUSED: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  ETIMEDOUT: noAnswer,
};

const BY_CODE: Partial<Record<ErrorCode, Words>> = {
  OBJECT_STORE_UNAVAILABLE: (call, { status }) =>
    status !== undefined && status < 300
      ? {
          said: `the answer of ${storeOf(call)} was cut, or is not one of an S3 store`,
          remedy: 'Check that the endpoint is one of a store that speaks S3.',
        }
      : { said: 'the store did not answer, or asked to try again' },
  OBJECT_STORE_UNAUTHORIZED: denied,
  OBJECT_STORE_BUCKET_INVALID: (call, { status }) =>
    status === 301
      ? otherRegion(call, {})
      : { said: `the bucket ${bucketOf(call)} does not exist, or can't be used as it is named` },
  OBJECT_STORE_CLOCK_SKEWED: () => ({ said: 'the store finds our clock too far from its own' }),
  OBJECT_STORE_ENDPOINT_INVALID: (call) => ({
    said: `the endpoint ${storeOf(call)} can't be used`,
  }),
};

/** The cause of a failed call, for people. Pure. */
export function explain(code: ErrorCode, shape: S3ErrorShape, call: FailedCall): Explanation {
  const named = BY_NAME[shape.name ?? ''] ?? BY_NAME[shape.code ?? ''] ?? BY_CODE[code];
  return named?.(call, shape) ?? { said: `the store refuses the request (${call.action})` };
}

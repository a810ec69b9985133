import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '@lakeferry/errors';
import { decidePutAnswer } from './put-answer.js';
import { classify, errorShape, toObjectStoreError } from './s3-errors.js';

/** As the SDK and Node threw them; messages are shortened. */
const RECORDED: readonly (readonly [string, unknown, ErrorCode])[] = [
  ['slow down', answer('SlowDown', 503), 'OBJECT_STORE_UNAVAILABLE'],
  ['a proxy without XML', answer('UnknownError', 502), 'OBJECT_STORE_UNAVAILABLE'],
  ['too many requests', answer('TooManyRequests', 429), 'OBJECT_STORE_UNAVAILABLE'],
  ['request timeout of the store', answer('RequestTimeout', 400), 'OBJECT_STORE_UNAVAILABLE'],
  ['damaged on the way', answer('BadDigest', 400), 'OBJECT_STORE_UNAVAILABLE'],
  ['an upload aborted by another', answer('NoSuchUpload', 404), 'OBJECT_STORE_UNAVAILABLE'],
  ['another put under way', answer('ConditionalRequestConflict', 409), 'OBJECT_STORE_UNAVAILABLE'],
  ['connection reset', socket('ECONNRESET'), 'OBJECT_STORE_UNAVAILABLE'],
  ['connection refused', socket('ECONNREFUSED'), 'OBJECT_STORE_UNAVAILABLE'],
  ['refused on every address', refusedEverywhere(), 'OBJECT_STORE_UNAVAILABLE'],
  ['resolver is down', socket('EAI_AGAIN'), 'OBJECT_STORE_UNAVAILABLE'],
  ['timeout of the client', { name: 'TimeoutError' }, 'OBJECT_STORE_UNAVAILABLE'],
  ['access denied', answer('AccessDenied', 403), 'OBJECT_STORE_UNAUTHORIZED'],
  ['unknown key', answer('InvalidAccessKeyId', 403), 'OBJECT_STORE_UNAUTHORIZED'],
  ['wrong secret', answer('SignatureDoesNotMatch', 403), 'OBJECT_STORE_UNAUTHORIZED'],
  ['token expired', answer('ExpiredToken', 400), 'OBJECT_STORE_UNAUTHORIZED'],
  ['forbidden, no body (HEAD)', answer('UnknownError', 403), 'OBJECT_STORE_UNAUTHORIZED'],
  ['no credentials', { name: 'CredentialsProviderError' }, 'OBJECT_STORE_UNAUTHORIZED'],
  ['no such bucket', answer('NoSuchBucket', 404), 'OBJECT_STORE_BUCKET_INVALID'],
  ['other region', answer('PermanentRedirect', 301), 'OBJECT_STORE_BUCKET_INVALID'],
  ['moved, no body (HEAD)', answer('UnknownError', 301), 'OBJECT_STORE_BUCKET_INVALID'],
  [
    'signed for another region',
    answer('AuthorizationHeaderMalformed', 400),
    'OBJECT_STORE_BUCKET_INVALID',
  ],
  ['clock', answer('RequestTimeTooSkewed', 403), 'OBJECT_STORE_CLOCK_SKEWED'],
  ['unknown host', socket('ENOTFOUND'), 'OBJECT_STORE_ENDPOINT_INVALID'],
  ['self-signed', socket('DEPTH_ZERO_SELF_SIGNED_CERT'), 'OBJECT_STORE_ENDPOINT_INVALID'],
  ['certificate expired', socket('CERT_HAS_EXPIRED'), 'OBJECT_STORE_ENDPOINT_INVALID'],
  ['an answer that is cut', unreadable(), 'OBJECT_STORE_UNAVAILABLE'],
  ['not implemented', answer('NotImplemented', 501), 'OBJECT_STORE_REFUSED'],
  ['too large', answer('EntityTooLarge', 400), 'OBJECT_STORE_REFUSED'],
  ['nothing known', 'a string', 'OBJECT_STORE_REFUSED'],
];

function answer(name: string, httpStatusCode: number): unknown {
  return Object.assign(new Error('said by the store'), { name, $metadata: { httpStatusCode } });
}

function unreadable(): unknown {
  const error = new Error('@aws-sdk XML parse error: unexpected end of input.');
  return Object.assign(error, { $metadata: { httpStatusCode: 200 } });
}

function socket(code: string): unknown {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:9000`), { code });
}

function refusedEverywhere(): unknown {
  return Object.assign(new AggregateError([new Error()], ''), { code: 'ECONNREFUSED' });
}

describe('classify', () => {
  it.each(RECORDED)('%s', (_name, error, code) => {
    expect(classify(errorShape(error))).toBe(code);
  });

  it('looks through to the cause', () => {
    const outer = new Error('fetch failed', { cause: socket('ECONNRESET') });
    expect(classify(errorShape(outer))).toBe('OBJECT_STORE_UNAVAILABLE');
  });
});

describe('toObjectStoreError', () => {
  it('says what failed in our words, with the code of the store, and keeps the original as cause', () => {
    const original = answer('NoSuchBucket', 404);
    const error = toObjectStoreError(original, { action: 'put', bucket: 'lake' });
    expect(error).toMatchObject({
      code: 'OBJECT_STORE_BUCKET_INVALID',
      action: 'hold',
      context: { bucket: 'lake', status: 404, storeCode: 'NoSuchBucket' },
      cause: original,
    });
    expect(error.message).not.toContain('said by the store');
  });
});

describe('the sentence of an error', () => {
  const call = { action: 'put', bucket: 'lake', endpoint: 'store.test', region: 'cn-hangzhou' };
  const redirect = Object.assign(answer('PermanentRedirect', 301) as Error, {
    $response: { headers: { 'x-amz-bucket-region': 'cn-shanghai' } },
  });

  it.each<[string, unknown, string, string]>([
    ['no bucket', answer('NoSuchBucket', 404), 'bucket lake does not exist', 'same region'],
    ['other region', redirect, 'than cn-hangzhou: in cn-shanghai', 'same region'],
    ['read-only role', answer('AccessDenied', 403), 'denies writing', 'right to put objects'],
    ['revoked key', answer('InvalidAccessKeyId', 403), 'revoked', 'present access key'],
    ['rotated secret', answer('SignatureDoesNotMatch', 403), 'secret', 'AliyunServiceRole'],
    ['clock', answer('RequestTimeTooSkewed', 403), 'clock', 'Correct the clock'],
    ['unknown host', socket('ENOTFOUND'), 'resolved: store.test', 'Check the spelling'],
    ['an answer that is cut', unreadable(), 'answer of store.test was cut', 'speaks S3'],
    ['read-only store', answer('NotImplemented', 501), 'takes no objects in lake', 'store'],
  ])('%s', (_name, error, said, remedy) => {
    expect(toObjectStoreError(error, call)).toMatchObject({
      message: expect.stringContaining(said),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('does not blame the right to put when something else is denied', () => {
    const listed = toObjectStoreError(answer('AccessDenied', 403), { ...call, action: 'list' });
    expect(listed.message).toContain('denies access to lake (list)');
  });
});

describe('decidePutAnswer', () => {
  it.each([
    [{ name: 'PreconditionFailed', status: 412 }, true, 'exists'],
    [{ name: 'UnknownError', status: 412 }, false, 'exists'],
    [{ name: 'ConditionalRequestConflict', status: 409 }, true, 'conflict'],
    [{ name: 'NotImplemented', status: 501 }, true, 'unconditional'],
    [{ name: 'NotImplemented', status: 400 }, true, 'unconditional'],
    [{ name: 'NotImplemented', status: 501 }, false, 'fail'],
    [{ name: 'SlowDown', status: 503 }, true, 'fail'],
    [{ code: 'ECONNRESET' }, true, 'fail'],
  ] as const)('%p, conditional %p: %s', (shape, conditional, expected) => {
    expect(decidePutAnswer(shape, conditional)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { operationOf } from './s3-operation.js';

describe('operationOf', () => {
  it.each([
    ['GET', '/', 'buckets'],
    ['GET', '/?x-id=ListBuckets', 'buckets'],
    ['GET', '/lake?list-type=2&prefix=a', 'list'],
    ['GET', '/lake/?uploads&prefix=a', 'list'],
    ['GET', '/lake?location', 'other'],
    ['HEAD', '/lake', 'other'],
    ['HEAD', '/lake/', 'other'],
    ['PUT', '/lake', 'other'],
    ['HEAD', '/lake/a%3D1/b', 'head'],
    ['GET', '/lake/a%3D1/b?x-id=GetObject', 'get'],
    ['PUT', '/lake/a?x-id=PutObject', 'put'],
    ['POST', '/lake/a?uploads', 'create'],
    ['PUT', '/lake/a?partNumber=1&uploadId=u', 'part'],
    ['POST', '/lake/a?uploadId=u', 'complete'],
    ['DELETE', '/lake/a?uploadId=u', 'abort'],
    ['DELETE', '/lake/a', 'other'],
    ['POST', '/lake?delete', 'other'],
  ] as const)('%s %s: %s', (method, url, expected) => {
    expect(operationOf(method, url)).toBe(expected);
  });
});

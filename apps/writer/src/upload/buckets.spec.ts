import { describe, expect, it } from '@jest/globals';
import { destinationName, endpointUrl } from './buckets.js';

describe('destinationName', () => {
  it.each([
    ['http://127.0.0.1:9000', '127.0.0.1:9000/lake'],
    ['https://S3.example.com/', 's3.example.com/lake'],
    ['oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou.aliyuncs.com/lake'],
    [undefined, 'aws.eu-west-1/lake'],
  ])('%s: %s', (endpoint, expected) => {
    const url = endpointUrl(endpoint);
    expect(destinationName({ url, region: 'eu-west-1', bucket: 'lake' })).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { decidePlace, type PlaceSettings } from './decide-place.js';
import { endpointMapText } from './endpoint-map.js';

const SETTINGS: PlaceSettings = {
  ...{ region: undefined, endpoints: undefined, s3Endpoint: undefined, s3Region: 'eu-west-1' },
  ...{ s3ForcePathStyle: true, s3Checksums: 'when-supported' },
};
const OSS = 'oss-cn-hangzhou.aliyuncs.com';
const MAP = endpointMapText.parse(
  JSON.stringify({ [OSS]: { url: 'http://127.0.0.1:9000', region: 'us-east-1' } }),
);

describe('decidePlace', () => {
  it.each([
    ['http://127.0.0.1:9000', '127.0.0.1:9000/lake', 'http://127.0.0.1:9000'],
    ['https://S3.example.com/', 's3.example.com/lake', 'https://S3.example.com/'],
    [' store.example.com', 'store.example.com/lake', 'https://store.example.com'],
    [undefined, 'aws.eu-west-1/lake', undefined],
  ])('%s: %s', (ossEndpoint, name, endpoint) => {
    const place = decidePlace(
      { ossBucket: 'lake', ...(ossEndpoint === undefined ? {} : { ossEndpoint }) },
      SETTINGS,
    );
    expect(place).toMatchObject({
      ...{ name, problem: null },
      s3: { endpoint, region: 'eu-west-1', forcePathStyle: true, checksums: 'when-supported' },
    });
  });

  it.each([
    [OSS, 'https://s3.oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    [`http://${OSS}`, 'http://s3.oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['https://S3.OSS-cn-hangzhou.aliyuncs.com', `https://s3.${OSS}`, 'cn-hangzhou'],
    [
      'oss-ap-southeast-1-internal.aliyuncs.com',
      'https://s3.oss-ap-southeast-1-internal.aliyuncs.com',
      'ap-southeast-1',
    ],
    ['oss-accelerate.aliyuncs.com', 'https://s3.oss-accelerate.aliyuncs.com', 'eu-west-1'],
  ])('understands %s as an endpoint of OSS', (ossEndpoint, endpoint, region) => {
    const place = decidePlace({ ossBucket: 'lake', ossEndpoint }, SETTINGS);
    expect(place.s3).toEqual({
      ...{ endpoint, region, forcePathStyle: false, checksums: 'when-required' },
    });
  });

  it('leads a mapped name elsewhere, and leaves the name of the destination', () => {
    const wanted = { ossBucket: 'lake', ossEndpoint: `https://${OSS}/` };
    const plain = decidePlace(wanted, SETTINGS);
    const mapped = decidePlace(wanted, { ...SETTINGS, endpoints: MAP });
    expect(mapped.name).toBe(plain.name);
    expect(mapped.s3).toEqual({
      ...{ endpoint: 'http://127.0.0.1:9000', region: 'us-east-1', forcePathStyle: true },
      checksums: 'when-required',
    });
  });

  it.each([
    [undefined, undefined, 'cn-hangzhou', null],
    ['cn-hangzhou', undefined, 'CN-Hangzhou', null],
    ['oss-cn-hangzhou', undefined, 'cn-hangzhou', null],
    ['cn-shanghai', undefined, undefined, null],
    ['cn-shanghai', undefined, 'cn-hangzhou', 'in region cn-shanghai, this installation in cn-h'],
    [undefined, 'oss-cn-shanghai.aliyuncs.com', 'cn-hangzhou', 'must lie in the same region'],
    ['cn-shanghai', OSS, undefined, 'the endpoint oss-cn-hangzhou.aliyuncs.com lies in region'],
    [undefined, 'store.example.com', 'cn-hangzhou', null],
  ])('region %s, endpoint %s, installation %s: %s', (region, ossEndpoint, ours, problem) => {
    const place = decidePlace(
      {
        ossBucket: 'lake',
        ...(region === undefined ? {} : { region }),
        ...(ossEndpoint === undefined ? {} : { ossEndpoint }),
      },
      { ...SETTINGS, region: ours },
    );
    if (problem === null) expect(place.problem).toBeNull();
    else expect(place.problem).toContain(problem);
  });
});

describe('the map of endpoints', () => {
  it.each(['{', '[]', '{"a":{}}', '{"a":{"url":"ftp://x"}}', '{"a":{"url":"http://x","b":1}}'])(
    'is refused: %s',
    (text) => {
      expect(endpointMapText.safeParse(text).success).toBe(false);
    },
  );

  it('may be missing', () => {
    expect(endpointMapText.parse(undefined)).toBeUndefined();
  });
});

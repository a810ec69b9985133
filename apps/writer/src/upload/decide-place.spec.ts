import { describe, expect, it } from '@jest/globals';
import { decidePlace, type PlaceSettings } from './decide-place.js';
import { endpointMapText } from './endpoint-map.js';

const SETTINGS: PlaceSettings = {
  ...{ region: undefined, endpoints: undefined, s3Endpoint: undefined, s3Region: 'eu-west-1' },
  ...{ s3ForcePathStyle: true, s3Checksums: 'when-supported', endpointsOnly: false },
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
    else {
      expect(place.problem).toEqual({
        code: 'OBJECT_STORE_BUCKET_INVALID',
        message: expect.stringContaining(problem),
      });
    }
  });
});

describe('endpoints that a task may name', () => {
  const problemOf = (named: string, settings: Partial<PlaceSettings> = {}) =>
    decidePlace({ ossBucket: 'lake', ossEndpoint: named }, { ...SETTINGS, ...settings }).problem;
  const refused = (words: string) => ({
    code: 'OBJECT_STORE_ENDPOINT_INVALID',
    message: expect.stringContaining(words),
  });
  const mapOf = (name: string) =>
    endpointMapText.parse(JSON.stringify({ [name]: { url: 'http://127.0.0.1:9000' } }));

  it.each([
    'http://169.254.169.254',
    '169.254.0.1:9000',
    'http://169.254.169.254.',
    'http://2852039166',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376',
    'http://169.16689662',
    'http://[fe80::1]:9000',
    'http://[FEBF::1]',
    'http://[::ffff:169.254.169.254]',
    'http://[::ffff:a9fe:a9fe]',
  ])('are none of the own cable: %s', (named) => {
    expect(problemOf(named)).toEqual(refused('is a link-local address'));
    expect(problemOf(named, { endpoints: mapOf(named) })).toBeNull();
  });

  it.each(['169.253.255.255', '169.255.0.0', 'http://[fec0::1]', '10.0.0.1', '127.0.0.1:9000'])(
    'are all others: %s',
    (named) => {
      expect(problemOf(named)).toBeNull();
    },
  );

  it.each([
    OSS,
    `s3.${OSS}`,
    'https://oss-cn-hangzhou-internal.aliyuncs.com/',
    'https://s3.amazonaws.com',
    's3.eu-central-1.amazonaws.com',
    's3.dualstack.us-gov-west-1.amazonaws.com',
    's3-accelerate.amazonaws.com',
    's3.cn-north-1.amazonaws.com.cn',
    'bucket.vpce-0a1b2c-3d.s3.us-east-1.vpce.amazonaws.com',
    'https://Own.example/',
    'http://mapped.example',
  ])('are these where only known ones may be used: %s', (named) => {
    const known = { s3Endpoint: 'https://own.example', endpoints: mapOf('mapped.example') };
    expect(problemOf(named, { ...known, endpointsOnly: true })).toBeNull();
  });

  it.each([
    'http://127.0.0.1:5432',
    'store.example.com',
    'own.example:8443',
    'ec2-1-2-3-4.compute.amazonaws.com',
    's3-mine-123.eu-west-1.elb.amazonaws.com',
    's3.amazonaws.com.evil.example',
    'evil-s3.amazonaws.com',
    'oss-cn-hangzhou.aliyuncs.com.evil.example',
    `${OSS}:6379`,
  ])('are none of these where only known ones may be used: %s', (named) => {
    const known = { s3Endpoint: 'https://own.example', endpoints: MAP };
    const only = { ...known, endpointsOnly: true };
    expect(problemOf(named, known)).toBeNull();
    expect(problemOf(named, only)).toEqual(refused('is none that this installation delivers to'));
  });

  it('is the own one for a task that names none', () => {
    const place = decidePlace({ ossBucket: 'lake' }, { ...SETTINGS, endpointsOnly: true });
    expect(place.problem).toBeNull();
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

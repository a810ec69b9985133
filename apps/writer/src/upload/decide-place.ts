import type { TaskConfig } from '@lakeferry/contracts';
import { endpointHost, endpointUrl, ossEndpoint } from './endpoint-map.js';
import { endpointProblem, type EndpointRules } from './endpoint-problem.js';

/** How buckets of one endpoint are reached. */
export interface S3Place {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly forcePathStyle: boolean;
  readonly checksums: 'when-required' | 'when-supported';
}

/** Where the objects of a task go. */
export interface TaskPlace {
  /** The same for ever: the ledger knows keys by it. It is the user's name, wherever it leads. */
  readonly name: string;
  readonly s3: S3Place;
  /** Why nothing may be delivered there; null when it may. */
  readonly problem: PlaceProblem | null;
}

export interface PlaceProblem {
  readonly code: 'OBJECT_STORE_BUCKET_INVALID' | 'OBJECT_STORE_ENDPOINT_INVALID';
  readonly message: string;
}

export interface PlaceSettings extends EndpointRules {
  /** Region of the installation; any is fine when absent. */
  readonly region: string | undefined;
  readonly s3Region: string;
  readonly s3ForcePathStyle: boolean;
  readonly s3Checksums: 'when-required' | 'when-supported';
}

type Wanted = Pick<TaskConfig, 'ossBucket' | 'ossEndpoint' | 'region'>;

/** Where a task delivers to: the operator's map first, then OSS by its names, then the name as a URL. Pure. */
export function decidePlace(wanted: Wanted, settings: PlaceSettings): TaskPlace {
  const { ossBucket: bucket, region } = wanted;
  const named = wanted.ossEndpoint ?? settings.s3Endpoint;
  const url = named === undefined ? undefined : endpointUrl(named);
  const name = destinationName({ url, region: region ?? settings.s3Region, bucket });
  return { name, s3: s3Place(wanted, settings, url), problem: placeProblem(wanted, settings) };
}

function placeProblem(wanted: Wanted, settings: PlaceSettings): PlaceProblem | null {
  const { ossEndpoint: named } = wanted;
  const ofEndpoint = named === undefined ? null : endpointProblem(named, settings);
  if (ofEndpoint !== null) return { code: 'OBJECT_STORE_ENDPOINT_INVALID', message: ofEndpoint };
  const ofRegion = regionProblem(wanted, settings);
  return ofRegion === null ? null : { code: 'OBJECT_STORE_BUCKET_INVALID', message: ofRegion };
}

function s3Place({ region }: Wanted, settings: PlaceSettings, url: string | undefined): S3Place {
  const { s3Region, s3ForcePathStyle: forcePathStyle, s3Checksums: checksums } = settings;
  const place = region ?? s3Region;
  const plain = { endpoint: url, region: place, forcePathStyle, checksums };
  if (url === undefined) return plain;
  const host = endpointHost(url);
  const mapped = settings.endpoints?.get(host);
  if (mapped !== undefined) {
    return {
      endpoint: mapped.url,
      region: mapped.region ?? place,
      forcePathStyle: mapped.style === 'path',
      checksums: mapped.checksums,
    };
  }
  const oss = ossEndpoint(host);
  if (oss === undefined) return plain;
  return {
    endpoint: `${URL.parse(url)?.protocol ?? 'https:'}//${oss.host}`,
    region: oss.region ?? place,
    forcePathStyle: false,
    checksums: 'when-required',
  };
}

/** Bucket and instance lie in one region. */
function regionProblem(wanted: Wanted, { region: ours }: PlaceSettings): string | null {
  const host = wanted.ossEndpoint === undefined ? '' : endpointHost(wanted.ossEndpoint);
  const ofEndpoint = ossEndpoint(host)?.region;
  const said = wanted.region === undefined ? ofEndpoint : regionName(wanted.region);
  if (said === undefined) return null;
  if (ofEndpoint !== undefined && ofEndpoint !== said) {
    return `the endpoint ${host} lies in region ${ofEndpoint}, the task names region ${said}`;
  }
  if (ours === undefined || said === regionName(ours)) return null;
  return (
    `the destination bucket lies in region ${said}, this installation in ${regionName(ours)}: ` +
    'bucket and instance must lie in the same region'
  );
}

function regionName(text: string): string {
  return text.trim().toLowerCase().replace(/^oss-/, '');
}

/** Host and bucket, whatever the scheme or spelling of the endpoint. */
function destinationName(to: {
  readonly url: string | undefined;
  readonly region: string;
  readonly bucket: string;
}): string {
  const host = to.url === undefined ? `aws.${to.region}` : endpointHost(to.url);
  return `${host}/${to.bucket}`;
}

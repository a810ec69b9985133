import type { TaskConfig } from '@lakeferry/contracts';
import { S3Endpoint, type ObjectStore, type S3Limits } from '@lakeferry/object-store';
import type { WriterConfig } from '../config.js';

/** Where the objects of a task go. */
export interface Destination {
  /** The same for ever: the ledger knows keys by it. */
  readonly name: string;
  readonly store: ObjectStore;
}

type BucketsConfig = Pick<
  WriterConfig,
  | 's3Endpoint'
  | 's3Region'
  | 's3AccessKeyId'
  | 's3SecretAccessKey'
  | 's3ForcePathStyle'
  | 's3Checksums'
>;

/** The buckets of all tasks; those of one endpoint and region share their connections. */
export class Buckets {
  readonly #config: BucketsConfig;
  readonly #limits: Partial<S3Limits>;
  readonly #endpoints = new Map<string, S3Endpoint>();

  constructor(config: BucketsConfig, limits: Partial<S3Limits> = {}) {
    this.#config = config;
    this.#limits = limits;
  }

  of({ ossBucket, ossEndpoint, region }: TaskConfig): Destination {
    const url = endpointUrl(ossEndpoint ?? this.#config.s3Endpoint);
    const place = region ?? this.#config.s3Region;
    return {
      name: destinationName({ url, region: place, bucket: ossBucket }),
      store: this.#endpoint(url, place).bucket(ossBucket),
    };
  }

  close(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    this.#endpoints.clear();
  }

  #endpoint(url: string | undefined, region: string): S3Endpoint {
    const key = `${url ?? ''} ${region}`;
    const known = this.#endpoints.get(key);
    if (known !== undefined) return known;
    const endpoint = new S3Endpoint({
      endpoint: url,
      region,
      accessKeyId: this.#config.s3AccessKeyId,
      secretAccessKey: this.#config.s3SecretAccessKey,
      forcePathStyle: this.#config.s3ForcePathStyle,
      checksums: this.#config.s3Checksums,
      limits: this.#limits,
    });
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }
}

/** Endpoints of tasks may be bare host names. */
export function endpointUrl(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:\/\//.test(text)) return text;
  return `https://${text}`;
}

/** Host and bucket, whatever the scheme or spelling of the endpoint. */
export function destinationName(to: {
  readonly url: string | undefined;
  readonly region: string;
  readonly bucket: string;
}): string {
  const host = to.url === undefined ? `aws.${to.region}` : (URL.parse(to.url)?.host ?? to.url);
  return `${host}/${to.bucket}`;
}

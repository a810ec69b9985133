import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Access } from '../duck-session.js';

/** An object as a listing tells it. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Another one as soon as the object was put again with another content. */
  readonly etag: string;
}

const CONNECT_MS_MAX = 5_000;
const ANSWER_MS_MAX = 15_000;

/** Lists buckets by the S3 API. It neither retries nor waits for long: who asks decides what a failure means. */
export class BucketListing {
  private readonly client: S3Client;

  constructor(s3: S3Access) {
    const { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle } = s3;
    this.client = new S3Client({
      ...{ endpoint, region, forcePathStyle, maxAttempts: 1 },
      credentials: { accessKeyId, secretAccessKey },
      requestHandler: { connectionTimeout: CONNECT_MS_MAX, requestTimeout: ANSWER_MS_MAX },
    });
  }

  /** Every object in the folder and below it; of the whole bucket for an empty name. */
  async list(bucket: string, folder: string): Promise<ListedObject[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const found: ListedObject[] = [];
    for (let token: string | undefined; ;) {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      for (const { Key, Size, ETag } of page.Contents ?? []) {
        if (Key !== undefined) found.push({ key: Key, bytes: Size ?? 0, etag: ETag ?? '' });
      }
      token = page.NextContinuationToken;
      if (token === undefined) return found;
    }
  }

  close(): void {
    this.client.destroy();
  }
}

/** Lists a bucket once. */
export async function listObjects(options: {
  s3: S3Access;
  bucket: string;
  folder: string;
}): Promise<ListedObject[]> {
  const listing = new BucketListing(options.s3);
  try {
    return await listing.list(options.bucket, options.folder);
  } finally {
    listing.close();
  }
}

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Secret } from '@lakeferry/runtime';
import { testStack } from '@lakeferry/testing';
import { credentialsOf, type S3Credentials } from '../s3-credentials.js';
import type { S3Settings } from '../s3-endpoint.js';

export interface TestS3 extends S3Settings {
  readonly endpoint: string;
  /** A bucket that exists. */
  readonly bucket: string;
  readonly credentials: Extract<S3Credentials, { kind: 'static' }>;
}

/** The S3 store of the stack that the tests run on. */
export function testS3(): TestS3 {
  const { accessKeyId, secretAccessKey, ...s3 } = testStack().s3;
  return {
    ...s3,
    credentials: staticCredentials(accessKeyId, secretAccessKey),
    checksums: 'when-required',
  };
}

export function staticCredentials(accessKeyId: string, secretAccessKey: string) {
  return {
    kind: 'static',
    accessKeyId: new Secret(accessKeyId),
    secretAccessKey: new Secret(secretAccessKey),
  } as const;
}

/** What the owner of a bucket does, and the writer never. */
export const bucketOwner = {
  create: (settings: S3Settings, bucket: string) =>
    withClient(settings, async (client) => {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    }),
  remove: (settings: S3Settings, bucket: string, key: string) =>
    withClient(settings, async (client) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }),
  /** The bucket with everything in it, whatever is put meanwhile. */
  removeBucket: (settings: S3Settings, bucket: string) =>
    withClient(settings, async (client) => {
      for (let attempt = 1; ; attempt += 1) {
        for (const key of await keysOf(client, bucket)) {
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        }
        try {
          await client.send(new DeleteBucketCommand({ Bucket: bucket }));
          return;
        } catch (error) {
          const isFilled = (error as { name?: string }).name === 'BucketNotEmpty';
          if (!isFilled || attempt === REMOVAL_TRIES) throw error;
        }
      }
    }),
} as const;

const REMOVAL_TRIES = 20;

async function keysOf(client: S3Client, bucket: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

async function withClient(
  { endpoint, region, forcePathStyle, credentials }: S3Settings,
  work: (client: S3Client) => Promise<void>,
): Promise<void> {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...{ region, forcePathStyle },
    credentials: credentialsOf(credentials),
  });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}

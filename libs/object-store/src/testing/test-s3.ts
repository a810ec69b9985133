import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
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
  /** The bytes of an object as the store has them. */
  read: (settings: S3Settings, bucket: string, key: string) =>
    withClient(settings, async (client) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    }),
  /** Keys of the multipart uploads that are neither completed nor aborted. */
  unfinished: (settings: S3Settings, bucket: string, prefix: string) =>
    withClient(settings, async (client) => {
      const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix });
      const { Uploads = [] } = await client.send(command);
      return Uploads.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    }),
  create: (settings: S3Settings, bucket: string) =>
    withClient(settings, async (client) => {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    }),
  remove: (settings: S3Settings, bucket: string, key: string) =>
    withClient(settings, async (client) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }),
  /** The bucket with everything in it, uploads too, whatever is put meanwhile. */
  removeBucket: (settings: S3Settings, bucket: string) =>
    withClient(settings, async (client) => {
      const deadline = performance.now() + REMOVAL_MS_MAX;
      for (;;) {
        for (const key of await keysOf(client, bucket)) {
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        }
        await abortUploads(client, bucket);
        try {
          await client.send(new DeleteBucketCommand({ Bucket: bucket }));
          return;
        } catch (error) {
          const isFilled = (error as { name?: string }).name === 'BucketNotEmpty';
          if (!isFilled || performance.now() > deadline) throw error;
        }
        // A part that is on its way may land behind the abort of its upload.
        await setTimeout(REMOVAL_PAUSE_MS);
      }
    }),
} as const;

const REMOVAL_MS_MAX = 20_000;
const REMOVAL_PAUSE_MS = 50;

async function abortUploads(client: S3Client, bucket: string): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
}

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

async function withClient<T>(
  { endpoint, region, forcePathStyle, credentials }: S3Settings,
  work: (client: S3Client) => Promise<T>,
): Promise<T> {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...{ region, forcePathStyle },
    credentials: credentialsOf(credentials),
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

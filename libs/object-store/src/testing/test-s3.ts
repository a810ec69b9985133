import { CreateBucketCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Secret } from '@lakeferry/runtime';
import { testStack } from '@lakeferry/testing';
import type { S3Settings } from '../s3-endpoint.js';

export interface TestS3 extends S3Settings {
  readonly endpoint: string;
  /** A bucket that exists. */
  readonly bucket: string;
}

/** The S3 store of the stack that the tests run on. */
export function testS3(): TestS3 {
  const { s3 } = testStack();
  return {
    ...s3,
    accessKeyId: new Secret(s3.accessKeyId),
    secretAccessKey: new Secret(s3.secretAccessKey),
    checksums: 'when-required',
  };
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
} as const;

async function withClient(
  { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey }: S3Settings,
  work: (client: S3Client) => Promise<void>,
): Promise<void> {
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...{ region, forcePathStyle },
    credentials: {
      accessKeyId: accessKeyId.reveal(),
      secretAccessKey: secretAccessKey.reveal(),
    },
  });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}

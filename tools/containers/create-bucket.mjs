/**
 * Creates the bucket that tasks of a composed system deliver to, and ends; a bucket that is there stays.
 * Any S3 server will do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

const ATTEMPTS_MAX = 60;
const {
  LAKEFERRY_S3_ENDPOINT: endpoint,
  LAKEFERRY_S3_REGION: region,
  LAKEFERRY_S3_ACCESS_KEY_ID: accessKeyId,
  LAKEFERRY_S3_SECRET_ACCESS_KEY: secretAccessKey,
  LAKEFERRY_S3_FORCE_PATH_STYLE: forcePathStyle,
  LAKEFERRY_S3_BUCKET: Bucket,
} = process.env;

const client = new S3Client({
  endpoint,
  region,
  forcePathStyle: forcePathStyle === 'true',
  credentials: { accessKeyId, secretAccessKey },
});

const exists = () =>
  client.send(new HeadBucketCommand({ Bucket })).then(
    () => true,
    (error) => {
      if (error.$metadata?.httpStatusCode === 404) return false;
      throw error;
    },
  );

for (let attempt = 1; ; attempt += 1) {
  try {
    if (!(await exists())) await client.send(new CreateBucketCommand({ Bucket }));
    break;
  } catch (error) {
    if (attempt === ATTEMPTS_MAX) throw error;
    await sleep(1000);
  }
}
process.stdout.write(`bucket ${Bucket} is there\n`);

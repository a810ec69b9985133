import { CreateBucketCommand, DeleteBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { seededRandom } from '@lakeferry/history';
import { s3Client } from '@lakeferry/stack';
import { eventually } from '@lakeferry/testing';
import type { SpecOf } from '../plan/round-plan.js';
import { emptyFolder } from '../system/empty-folder.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const DISTURBED = ['put', 'create', 'part', 'complete', 'abort', 'head', 'list'] as const;
const DISTURBANCES = [429, 500, 503, 'reset', 'stall', 'lost', 'truncated'] as const;
/** A stall of a disturbed store is shorter than the writer's patience: it has many others to meet. */
const STALL_ENDS_EVERY_MS = 2_500;
const BUCKET_MS_MAX = 20_000;

export async function disturbStore(
  round: RunningRound,
  fault: SpecOf<'store-disturbed'>,
): Promise<void> {
  const { storeProxy } = round.system;
  const random = seededRandom(round.plan.seed);
  storeProxy.disturb({
    operations: DISTURBED,
    faults: DISTURBANCES,
    share: fault.share,
    random: () => random.fraction(),
  });
  const ends = setInterval(() => storeProxy.endStalls(), STALL_ENDS_EVERY_MS);
  await last(fault.forMs, round.signal);
  clearInterval(ends);
  storeProxy.calm();
}

export async function takeStoreDown(
  round: RunningRound,
  fault: SpecOf<'store-down'>,
): Promise<void> {
  const { storeProxy } = round.system;
  const how = fault.how === 'SlowDown' ? 503 : fault.how;
  storeProxy.disturb({
    operations: [...DISTURBED, 'get', 'buckets', 'other'],
    faults: [how],
    share: 1,
    random: () => 0,
  });
  await last(fault.forMs, round.signal);
  storeProxy.calm();
}

export async function revokeKey(round: RunningRound, fault: SpecOf<'key-revoked'>): Promise<void> {
  const { storeProxy } = round.system;
  storeProxy.refuseAll({ status: 403, code: 'InvalidAccessKeyId' });
  await last(fault.forMs, round.signal);
  storeProxy.calm();
}

/** The bucket goes, with all that is in it; all of it has to be delivered again into the new one. */
export async function recreateBucket(
  round: RunningRound,
  fault: SpecOf<'bucket-recreated'>,
): Promise<void> {
  const { s3 } = round.system;
  const client = s3Client(s3);
  try {
    // Writers go on putting while it is emptied: the bucket is deleted at a moment at which it is empty.
    await eventually(() => deleteBucket(client, s3.bucket), {
      deadlineMs: BUCKET_MS_MAX,
      everyMs: 20,
      what: 'deletion of the bucket',
    });
    await last(fault.goneMs, round.signal);
    await client.send(new CreateBucketCommand({ Bucket: s3.bucket }));
  } finally {
    client.destroy();
  }
}

async function deleteBucket(client: S3Client, bucket: string): Promise<boolean> {
  await emptyFolder(client, { bucket, folder: '' });
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  return true;
}

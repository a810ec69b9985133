import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { must } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { ObjectBody } from './object-store.js';
import { planParts, type PartRange } from './part-plan.js';
import { decidePutAnswer } from './put-answer.js';
import { inTime } from './request-limit.js';
import { classify, errorShape } from './s3-errors.js';

interface PartsUpload {
  readonly client: S3Client;
  readonly target: { Bucket: string; Key: string; Metadata: Record<string, string> };
  readonly body: ObjectBody;
  /** Complete only while no object of that key exists. */
  readonly conditional: boolean;
  readonly partBytes: number;
  readonly partsParallel: number;
  readonly signal: AbortSignal | undefined;
}

/** How long the clean-up after a failure may take; what it leaves is aborted by the next call. */
const ABORT_MS_MAX = 5_000;

/**
 * Uploads in parts; the object shows as a whole with the completion. Aborts the upload on failure;
 * where that fails too, may succeed by a call again, and the first failure is no reason for one, it is
 * the error.
 */
export async function uploadInParts(upload: PartsUpload): Promise<void> {
  const { client, target, signal } = upload;
  const { Bucket, Key } = target;
  const created = await inTime({ signal }, (options) =>
    client.send(new CreateMultipartUploadCommand(target), options),
  );
  const UploadId = must(created.UploadId, 'a multipart upload has an id');
  try {
    const Parts = await uploadParts(upload, UploadId);
    await failpoint('writer.before-complete');
    const command = new CompleteMultipartUploadCommand({
      Bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts },
      ...(upload.conditional ? { IfNoneMatch: '*' } : {}),
    });
    await inTime({ signal }, (options) => client.send(command, options));
  } catch (error) {
    const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    const left = await inTime({ msMax: ABORT_MS_MAX }, (options) =>
      client.send(abort, options),
    ).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const isAnswer = decidePutAnswer(errorShape(error), upload.conditional) !== 'fail';
    throw isAnswer && left !== undefined && !isFinal(left) ? left : error;
  }
}

/** The first failure stops the other parts before the upload is aborted. */
async function uploadParts(upload: PartsUpload, UploadId: string): Promise<CompletedPart[]> {
  const { client, target, body, partsParallel, signal } = upload;
  const plan = planParts(body.bytes, upload.partBytes);
  const done: CompletedPart[] = [];
  const failed = new AbortController();
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const waiting = plan.values();
  const send = async ({ number, offset, bytes }: PartRange) => {
    const command = new UploadPartCommand({
      Bucket: target.Bucket,
      Key: target.Key,
      UploadId,
      PartNumber: number,
      Body: await body.read(offset, bytes),
      ContentLength: bytes,
    });
    const { ETag } = await inTime({ signal: both }, (options) => client.send(command, options));
    done[number - 1] = { PartNumber: number, ETag };
  };
  const worker = async () => {
    for (const part of waiting) {
      await send(part);
      await failpoint('writer.between-parts');
    }
  };
  const failures: unknown[] = [];
  const workers = Array.from({ length: partsParallel }, () =>
    worker().catch((error: unknown) => {
      failures.push(error);
      failed.abort();
    }),
  );
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
  return done;
}

/** There is nothing to abort, or a store that can't, or won't: it is none the worse for it. */
function isFinal(reason: unknown): boolean {
  const shape = errorShape(reason);
  const code = classify(shape);
  if (shape.name === 'NoSuchUpload') return true;
  return code === 'OBJECT_STORE_REFUSED' || code === 'OBJECT_STORE_UNAUTHORIZED';
}

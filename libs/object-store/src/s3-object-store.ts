import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isDeliveryError, type DeliveryError } from '@lakeferry/errors';
import { systemClock } from '@lakeferry/runtime';
import type {
  ListedObject,
  ObjectBody,
  ObjectHead,
  ObjectStore,
  PutRequest,
  StaleUploads,
} from './object-store.js';
import { decidePutAnswer } from './put-answer.js';
import { inTime } from './request-limit.js';
import { classify, errorShape, toObjectStoreError } from './s3-errors.js';
import { uploadInParts } from './s3-multipart.js';

export interface S3Limits {
  /** Bodies up to this size are one request. */
  readonly singleBytesMax: number;
  /** At least 5 MiB on AWS; it grows where 10,000 parts would not do. */
  readonly partBytes: number;
  /** Parts of one object that travel side by side, each held in memory. */
  readonly partsParallel: number;
}

const MIB = 1024 * 1024;
const DEFAULT_LIMITS: S3Limits = {
  singleBytesMax: 16 * MIB,
  partBytes: 8 * MIB,
  partsParallel: 2,
};
/** Tries of a put that meets another put of the same key at the same moment. */
const CONFLICT_TRIES = 4;
const CONFLICT_WAIT_MS = 100;

export interface S3BucketOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Host and region, as errors name them. */
  readonly place: { readonly endpoint?: string; readonly region: string };
  readonly limits: Partial<S3Limits>;
}

/** A bucket of an S3-compatible store. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #place: S3BucketOptions['place'];
  readonly #limits: S3Limits;
  /** Whether the store knows `If-None-Match`; found out by the first put. */
  #conditional = true;

  constructor({ client, bucket, place, limits }: S3BucketOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#place = place;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** What was learned about the store. */
  get capabilities(): { readonly conditionalPut: boolean } {
    return { conditionalPut: this.#conditional };
  }

  async putIfAbsent(request: PutRequest): Promise<'created' | 'exists'> {
    if (request.again !== true) return await this.#putNew(request);
    const { key, signal, body } = request;
    const answer = (await this.#isThere(key, signal)) ? 'exists' : await this.#putNew(request);
    if (this.#isParted(body)) await this.#dropUnfinished(key, signal);
    return answer;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
      const found = await inTime({ signal }, (options) => this.#client.send(command, options));
      return {
        bytes: found.ContentLength ?? 0,
        sha256: found.Metadata?.['sha256'],
        modifiedAt: found.LastModified,
      };
    } catch (error) {
      if (errorShape(error).status === 404) return undefined;
      throw this.#translate('head', key, error);
    }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<ListedObject> {
    let token: string | undefined;
    do {
      const page = await this.#listPage(prefix, token, signal);
      for (const each of page.Contents ?? []) {
        if (each.Key !== undefined) yield { key: each.Key, bytes: each.Size ?? 0 };
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async abortStale({ prefix, isOwn, signal }: StaleUploads): Promise<number> {
    let aborted = 0;
    try {
      for await (const { Key, UploadId } of this.#uploads(prefix, signal)) {
        if (Key === undefined || UploadId === undefined || !isOwn(Key)) continue;
        const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId });
        try {
          await inTime({ signal }, (options) => this.#client.send(command, options));
          aborted += 1;
        } catch (error) {
          if (errorShape(error).name !== 'NoSuchUpload') throw error;
        }
      }
    } catch (error) {
      throw this.#translate('abort stale uploads', prefix, error);
    }
    return aborted;
  }

  /** By a listing, not by HEAD: answers to that have no body, so no cause. */
  async checkBucket(signal?: AbortSignal): Promise<void> {
    try {
      const command = new ListObjectsV2Command({ Bucket: this.#bucket, MaxKeys: 1 });
      await inTime({ signal }, (options) => this.#client.send(command, options));
    } catch (error) {
      throw this.#translate('check bucket', '', error);
    }
  }

  async bucketCreatedAt(signal?: AbortSignal): Promise<Date | undefined> {
    try {
      const answer = await inTime({ signal }, (options) =>
        this.#client.send(new ListBucketsCommand({}), options),
      );
      return answer.Buckets?.find(({ Name }) => Name === this.#bucket)?.CreationDate;
    } catch (error) {
      if (saysNothingOfBuckets(error)) return undefined;
      throw this.#translate('list buckets', '', error);
    }
  }

  /** A role may write without reading: then it puts, and the condition of the put tells. */
  async #isThere(key: string, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return (await this.head(key, signal)) !== undefined;
    } catch (error) {
      if (isDeliveryError(error) && error.code === 'OBJECT_STORE_UNAUTHORIZED') return false;
      throw error;
    }
  }

  async #putNew(request: PutRequest): Promise<'created' | 'exists'> {
    for (let attempt = 1; ; attempt += 1) {
      if (!this.#conditional && (await this.head(request.key, request.signal)) !== undefined) {
        return 'exists';
      }
      try {
        await this.#put(request, this.#conditional);
        return 'created';
      } catch (error) {
        const answer = decidePutAnswer(errorShape(error), this.#conditional);
        if (answer === 'exists') return 'exists';
        if (answer === 'unconditional') {
          return await this.#putUnconditional(request);
        }
        if (answer === 'fail' || attempt === CONFLICT_TRIES) {
          throw this.#translate('put', request.key, error);
        }
        await systemClock.sleep(CONFLICT_WAIT_MS * attempt, request.signal);
      }
    }
  }

  /** Of earlier calls for the key. A store that can't list uploads, or won't, is none the worse for it. */
  async #dropUnfinished(key: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.abortStale({ prefix: key, isOwn: (each) => each === key, signal });
    } catch (error) {
      const code = isDeliveryError(error) ? error.code : undefined;
      if (code !== 'OBJECT_STORE_REFUSED' && code !== 'OBJECT_STORE_UNAUTHORIZED') throw error;
    }
  }

  #isParted(body: ObjectBody): boolean {
    return body.bytes > this.#limits.singleBytesMax;
  }

  async *#uploads(prefix: string, signal: AbortSignal | undefined) {
    let keyMarker: string | undefined;
    let idMarker: string | undefined;
    do {
      const command = new ListMultipartUploadsCommand({
        Bucket: this.#bucket,
        Prefix: prefix,
        KeyMarker: keyMarker,
        UploadIdMarker: idMarker,
      });
      const page = await inTime({ signal }, (options) => this.#client.send(command, options));
      yield* page.Uploads ?? [];
      keyMarker = page.IsTruncated === true ? page.NextKeyMarker : undefined;
      idMarker = page.NextUploadIdMarker;
    } while (keyMarker !== undefined);
  }

  async #listPage(prefix: string, token: string | undefined, signal: AbortSignal | undefined) {
    try {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        ContinuationToken: token,
      });
      return await inTime({ signal }, (options) => this.#client.send(command, options));
    } catch (error) {
      throw this.#translate('list', prefix, error);
    }
  }

  /**
   * The store refused a conditional put as unknown to it. What it can't do is remembered only once
   * the plain put was taken: some stores answer the same to a put that is not allowed.
   */
  async #putUnconditional(request: PutRequest): Promise<'created' | 'exists'> {
    if ((await this.head(request.key, request.signal)) !== undefined) return 'exists';
    try {
      await this.#put(request, false);
    } catch (error) {
      throw this.#translate('put', request.key, error);
    }
    this.#conditional = false;
    return 'created';
  }

  async #put(request: PutRequest, conditional: boolean): Promise<void> {
    const { key, body, sha256, metadata, signal } = request;
    const target = { Bucket: this.#bucket, Key: key, Metadata: { ...metadata, sha256 } };
    if (this.#isParted(body)) {
      const { partBytes, partsParallel } = this.#limits;
      const client = this.#client;
      await uploadInParts({ client, target, body, conditional, partBytes, partsParallel, signal });
      return;
    }
    const command = new PutObjectCommand({
      ...target,
      Body: await body.read(0, body.bytes),
      ContentLength: body.bytes,
      ...(conditional ? { IfNoneMatch: '*' } : {}),
    });
    await inTime({ signal }, (options) => this.#client.send(command, options));
  }

  #translate(action: string, key: string, error: unknown): DeliveryError {
    return toObjectStoreError(error, { ...this.#place, action, bucket: this.#bucket, key });
  }
}

/** Whether only the list of buckets is refused: a role need not have it, and some stores lack it. */
function saysNothingOfBuckets(error: unknown): boolean {
  const shape = errorShape(error);
  if (shape.name === 'AccessDenied' || shape.name === 'Forbidden') return true;
  const code = classify(shape);
  return code === 'OBJECT_STORE_REFUSED' || code === 'OBJECT_STORE_BUCKET_INVALID';
}

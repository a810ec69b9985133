import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Access } from '@lakeferry/history';
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 50;

/** Sees when objects become visible, by listing the prefix again and again. */
export class ObjectWatch {
  /** By key: when the first listing that has the object was answered. */
  readonly seenAtMs = new Map<string, number>();
  private readonly client: S3Client;
  private readonly ending = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    s3: S3Access & { readonly bucket: string },
    private readonly prefix: string,
  ) {
    const { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle } = s3;
    const credentials = { accessKeyId, secretAccessKey };
    this.client = new S3Client({ endpoint, region, credentials, forcePathStyle });
    this.watching = this.watch(s3.bucket);
    this.watching.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.watching;
    this.client.destroy();
  }

  private async watch(bucket: string): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.look(bucket);
      await sleep(EVERY_MS);
    }
  }

  private async look(bucket: string): Promise<void> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: this.prefix,
        ContinuationToken: token,
      });
      const page = await this.client.send(command);
      for (const { Key: key } of page.Contents ?? []) {
        if (key !== undefined && !this.seenAtMs.has(key)) this.seenAtMs.set(key, Date.now());
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
}

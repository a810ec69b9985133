import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskClient, TaskName } from '../api/task-client.js';
import { staticFolder } from '../check/prefix-format.js';
import type { S3Access } from '../duck-session.js';
import { parseWalPosition } from '../wal-position.js';
import { BucketListing } from './list-objects.js';

/** What a task said of itself at a moment, and what was to be seen after that. */
export interface DeliverySample {
  readonly taskId: string;
  /** When it was taken, for a person. */
  readonly takenAtMs: number;
  /** The position that the task was delivered up to; null while it said none. */
  readonly lsn: bigint | null;
  /** The time of the same, microseconds since 1970. */
  readonly atMicros: bigint | null;
  /** Keys that no sample before this one had seen. */
  readonly newKeys: readonly string[];
}

export interface SamplerOptions {
  readonly client: Pick<TaskClient, 'describe'>;
  readonly task: TaskName;
  readonly s3: S3Access;
  readonly bucket: string;
  /** The task's prefix, with its variables. */
  readonly prefix: string;
  readonly everyMs: number;
  /** What lists the bucket; the S3 API of `s3` where none is given. */
  readonly listing?: Pick<BucketListing, 'list' | 'close'> | undefined;
}

/**
 * Takes samples of a task: its status first, then the objects. Whatever the status promised was true when it
 * was answered, so the listing after it must show it. A sample that can't be taken is left out.
 */
export class DeliverySampler {
  private readonly samples: DeliverySample[] = [];
  private readonly keys = new Set<string>();
  private readonly listing: Pick<BucketListing, 'list' | 'close'>;
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;

  private constructor(private readonly options: SamplerOptions) {
    this.listing = options.listing ?? new BucketListing(options.s3);
    this.running = this.run();
  }

  static start(options: SamplerOptions): DeliverySampler {
    return new DeliverySampler(options);
  }

  /** Ends at once: a sample that is being taken is left out. */
  async stop(): Promise<readonly DeliverySample[]> {
    this.ending.abort();
    await this.running;
    return this.samples;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    while (!signal.aborted) {
      // What is not there is what the samples are about; only what they say is judged.
      await Promise.race([this.sample().catch(() => undefined), ended]);
      await sleep(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
    this.listing.close();
  }

  private async sample(): Promise<void> {
    const { client, task, bucket, prefix } = this.options;
    const { taskId, deliveredUpTo } = await client.describe(task);
    const listed = await this.listing.list(bucket, staticFolder(prefix));
    if (this.ending.signal.aborted) return;
    const newKeys = listed.map(({ key }) => key).filter((key) => !this.keys.has(key));
    for (const key of newKeys) this.keys.add(key);
    const { lsn = null, at = null } = deliveredUpTo ?? {};
    this.samples.push({
      ...{ taskId, takenAtMs: Date.now(), newKeys },
      lsn: lsn === null ? null : parseWalPosition(lsn),
      atMicros: at === null ? null : microsOf(at),
    });
  }
}

/** Microseconds since 1970 of an ISO time in UTC with up to six digits of a second. */
export function microsOf(at: string): bigint {
  const digits = /\.(\d{1,6})/.exec(at)?.[1] ?? '';
  const seconds = Date.parse(at.replace(/\.\d+/, ''));
  if (Number.isNaN(seconds)) throw new TypeError(`not a time: ${at.slice(0, 40)}`);
  return BigInt(seconds) * 1000n + BigInt(digits.padEnd(6, '0'));
}

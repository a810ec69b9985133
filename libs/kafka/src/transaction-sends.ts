import { assert } from '@lakeferry/runtime';

/** A record to be written; its partition is always named. */
export interface TopicMessage {
  readonly partition: number;
  readonly key?: string | Buffer | null;
  /** `null` is a tombstone. */
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TopicMessages {
  readonly topic: string;
  readonly messages: readonly TopicMessage[];
  /** `zstd` unless said otherwise; `none` for what is compressed already. */
  readonly compression?: 'zstd' | 'none';
}

/** One produce request. */
export interface TransactionSend {
  readonly compression: 'zstd' | 'none';
  readonly topicMessages: readonly { topic: string; messages: TopicMessage[] }[];
}

/**
 * A send makes one record batch per partition, and brokers refuse batches above `message.max.bytes`
 * (10 MiB in the embedded stack, 16 MiB on our topics).
 */
export const SEND_BYTES_MAX = 9 * 1024 * 1024;

/** What a record takes on the wire before compression, near enough for bounds. */
export function messageBytes(message: TopicMessage): number {
  let bytes = 64;
  if (message.value !== null) bytes += Buffer.byteLength(message.value);
  if (message.key !== undefined && message.key !== null) bytes += Buffer.byteLength(message.key);
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    bytes += name.length + Buffer.byteLength(value) + 8;
  }
  return bytes;
}

/** kafkajs takes a record with such a key for the marker of an aborted transaction. */
function isMarkerLike(key: string | Buffer | null | undefined): boolean {
  if (key === undefined || key === null || key.length !== 4) return false;
  return Buffer.from(key as string).equals(Buffer.alloc(4));
}

/**
 * Cuts a transaction into produce requests of at most `bytesMax` each; a record that is larger by
 * itself gets one of its own. The order of records, and so of each partition, is kept.
 */
export function splitSends(
  topics: readonly TopicMessages[],
  bytesMax: number = SEND_BYTES_MAX,
): readonly TransactionSend[] {
  const sends: TransactionSend[] = [];
  let open = new Map<string, TopicMessage[]>();
  let openBytes = 0;
  let openCompression: 'zstd' | 'none' = 'zstd';
  const flush = () => {
    if (open.size === 0) return;
    const topicMessages = [...open].map(([topic, messages]) => ({ topic, messages }));
    sends.push({ compression: openCompression, topicMessages });
    open = new Map();
    openBytes = 0;
  };
  for (const { topic, messages, compression = 'zstd' } of topics) {
    for (const message of messages) {
      assert(!isMarkerLike(message.key), 'a record key must not be four zero bytes', { topic });
      const bytes = messageBytes(message);
      if (compression !== openCompression || openBytes + bytes > bytesMax) flush();
      openCompression = compression;
      openBytes += bytes;
      const list = open.get(topic);
      if (list === undefined) open.set(topic, [message]);
      else list.push(message);
    }
  }
  flush();
  return sends;
}

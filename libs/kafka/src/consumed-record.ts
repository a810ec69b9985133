import type { KafkaMessage } from 'kafkajs';

/** A record as it was read. Keys and values are views into the fetched buffer: copy what is kept long. */
export interface ConsumedRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, as the producer or broker set it; never part of a decision. */
  readonly timestamp: number;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

function toHeaders(message: KafkaMessage): Readonly<Record<string, string>> {
  if (message.headers === undefined) return NO_HEADERS;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = last.toString();
  }
  return headers;
}

export function toConsumedRecord(message: KafkaMessage): ConsumedRecord {
  return {
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: toHeaders(message),
    timestamp: Number(message.timestamp),
  };
}

/** Bytes that a record keeps in memory, near enough for bounds. */
export function recordBytes(record: ConsumedRecord): number {
  return (record.value?.length ?? 0) + (record.key?.length ?? 0) + 100;
}

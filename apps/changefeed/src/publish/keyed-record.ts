import type { TopicMessages } from '@lakeferry/kafka';

/** One record of JSON under a key; a null value is a tombstone. */
export function keyedRecord(record: {
  topic: string;
  partition: number;
  key: string;
  value: object | null;
}): TopicMessages {
  const { topic, partition, key, value } = record;
  const text = value === null ? null : JSON.stringify(value);
  return { topic, messages: [{ partition, key, value: text }] };
}

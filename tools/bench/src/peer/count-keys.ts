import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface KeyCount {
  readonly records: number;
  /** Different keys. */
  readonly keys: number;
}

export interface CountKeysOptions {
  /** Folder with the jars of Kafka's console tools. */
  readonly kafkaJars: string;
  readonly brokers: readonly string[];
  /** A topic of one partition. */
  readonly topic: string;
  /** How many records it has. */
  readonly records: number;
}

/** Reads a topic from its beginning and tells its keys apart, by Kafka's own consumer. */
export async function countKeys(options: CountKeysOptions): Promise<KeyCount> {
  const { kafkaJars, brokers, topic, records } = options;
  if (records === 0) return { records: 0, keys: 0 };
  const child = spawn(
    'java',
    [
      ...['-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'],
      ...['-cp', join(kafkaJars, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
      ...['--bootstrap-server', brokers.join(','), '--topic', topic, '--partition', '0'],
      ...['--offset', 'earliest', '--max-messages', String(records)],
      ...['--formatter-property', 'print.key=true', '--formatter-property', 'print.value=false'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const counter = new KeyCounter();
  for await (const line of createInterface({ input: child.stdout })) counter.add(line);
  const code = await ended;
  if (code !== 0) throw new Error(`Kafka's consumer ended with ${code}`);
  return counter.count;
}

/** Counts keys as lines of text; the key of a row is the same text every time. */
export class KeyCounter {
  private readonly seen = new Set<string>();
  private records = 0;

  add(key: string): void {
    this.records += 1;
    this.seen.add(key);
  }

  get count(): KeyCount {
    return { records: this.records, keys: this.seen.size };
  }
}

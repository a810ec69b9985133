import { randomUUID } from 'node:crypto';
import { FENCE_KEY } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { ConsumedRecord } from './consumed-record.js';
import { GroupSession } from './group-session.js';
import type { KafkaConnection } from './kafka-connection.js';
import { onePartitionAssigner } from './lane-assigner.js';

export interface ReadUntilOptions {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  readonly partition: number;
  /** Value of the fence record that ends the reading. */
  readonly fenceId: string;
  /** Gets every committed record before the fence in order, fence records excepted. */
  readonly onRecord: (record: ConsumedRecord) => void;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const READ_TIMEOUT_MS = 60_000;

/** Whether a record is a fence, and if so which. */
export function fenceIdOf(record: ConsumedRecord): string | undefined {
  if (record.key === null || record.key.length !== FENCE_KEY.length) return undefined;
  return record.key.toString('utf8') === FENCE_KEY
    ? (record.value?.toString('utf8') ?? '')
    : undefined;
}

/**
 * Reads one partition from its start up to a fence record: the one proof that its end was reached
 * (waiting for an offset hangs at transaction markers). Uses a group of a random name that is never
 * committed to, so that nothing outlives the reading.
 */
export async function readPartitionUntil(options: ReadUntilOptions): Promise<void> {
  const { kafka, topic, partition, fenceId } = options;
  const found = Promise.withResolvers<void>();
  let next = 0n;
  const session: GroupSession = new GroupSession({
    kafka,
    groupId: `lakeferry.read.${randomUUID()}`,
    topics: [topic],
    assigner: onePartitionAssigner(topic, partition),
    concurrency: 1,
    onJoin: () => session.seek(topic, partition, next),
    onBatch: (batch) => {
      for (const record of batch.records) {
        if (record.offset < next) continue;
        next = record.offset + 1n;
        const fence = fenceIdOf(record);
        if (fence === undefined) options.onRecord(record);
        if (fence !== fenceId) continue;
        session.pause(topic, partition);
        found.resolve();
        break;
      }
      return Promise.resolve(true);
    },
    onCrash: (error) => found.reject(error),
  });
  const timer = setTimeout(
    () =>
      found.reject(
        new DeliveryError('KAFKA_UNAVAILABLE', 'the fence record was not seen in time', {
          context: { topic, partition },
        }),
      ),
    options.timeoutMs ?? READ_TIMEOUT_MS,
  );
  const onAbort = () =>
    found.reject(
      new DeliveryError('KAFKA_UNAVAILABLE', 'the reading was stopped', {
        context: { topic, partition },
      }),
    );
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) onAbort();
  try {
    session.start().catch((error: unknown) => found.reject(error));
    await found.promise;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    await session.stop();
  }
}

import { randomUUID } from 'node:crypto';
import { GroupSession } from '../group-session.js';
import type { KafkaConnection } from '../kafka-connection.js';
import { laneAssigner } from '../lane-assigner.js';
import type { FollowedRecord } from '../topic-follower.js';

/**
 * Reads committed records of a topic from its start until `enough` says so; fails after the deadline
 * with the number of records seen.
 */
export async function readTopic(
  kafka: KafkaConnection,
  topic: string,
  enough: (records: readonly FollowedRecord[]) => boolean,
  deadlineMs = 15_000,
): Promise<readonly FollowedRecord[]> {
  const records: FollowedRecord[] = [];
  const done = Promise.withResolvers<void>();
  const session: GroupSession = new GroupSession({
    kafka,
    groupId: `lakeferry.test.${randomUUID()}`,
    topics: [topic],
    assigner: laneAssigner,
    concurrency: 1,
    onJoin: (assignment) => {
      for (const partition of assignment.get(topic) ?? []) session.seek(topic, partition, 0n);
    },
    onBatch: (batch) => {
      for (const record of batch.records) {
        records.push({ ...record, topic, partition: batch.partition });
      }
      if (enough(records)) done.resolve();
      return Promise.resolve(true);
    },
    onCrash: (error) => done.reject(error),
  });
  const timer = setTimeout(
    () => done.reject(new Error(`only ${records.length} records of ${topic} in time`)),
    deadlineMs,
  );
  try {
    await session.start();
    await done.promise;
    return records;
  } finally {
    clearTimeout(timer);
    await session.stop();
  }
}

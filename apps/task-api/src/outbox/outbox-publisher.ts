import { GLOBAL_TOPICS } from '@lakeferry/contracts';
import type { KeyedRecord, RecordPublisher, Topics } from '@lakeferry/kafka';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { OutboxRecord, TaskStore } from '@lakeferry/task-store';
import { sourceTopicSpec } from '../lifecycle/topic-specs.js';

export interface OutboxPublisherOptions {
  readonly store: Pick<TaskStore, 'outbox'>;
  readonly publisher: Pick<RecordPublisher, 'publish'>;
  readonly topics: Pick<Topics, 'ensureTopics' | 'ensurePartitions'>;
  readonly replicationFactor: number;
}

const RECORDS_PER_ROUND = 100;

/** Brings what waits in the outbox to Kafka, in order; again when it is not known whether it arrived. */
export class OutboxPublisher {
  constructor(private readonly options: OutboxPublisherOptions) {}

  /** Until nothing waits. */
  async round(signal: AbortSignal): Promise<void> {
    let published: number;
    do {
      published = await this.options.store.outbox.publishNext(RECORDS_PER_ROUND, (records) =>
        this.publish(records),
      );
    } while (published === RECORDS_PER_ROUND && !signal.aborted);
  }

  private async publish(records: readonly OutboxRecord[]): Promise<void> {
    await failpoint('task-api.before-outbox');
    for (const run of runsOfTopic(records)) {
      const { topic } = run[0];
      if (topic === GLOBAL_TOPICS.sources) await this.makeRoomForSources(run);
      await this.options.publisher.publish(topic, run.map(toKeyed));
    }
    await failpoint('task-api.after-outbox');
  }

  /** A source's own topic and partition are there before the services learn of it. */
  private async makeRoomForSources(records: readonly OutboxRecord[]): Promise<void> {
    const { topics, replicationFactor } = this.options;
    const partitions = Math.max(...records.map(({ partition }) => (partition ?? 0) + 1));
    await topics.ensurePartitions(GLOBAL_TOPICS.sources, partitions);
    await topics.ensureTopics(records.map(({ key }) => sourceTopicSpec(key, replicationFactor)));
  }
}

/** Neighbours of one topic together; the order stays. */
export function runsOfTopic(
  records: readonly OutboxRecord[],
): readonly [OutboxRecord, ...OutboxRecord[]][] {
  const runs: [OutboxRecord, ...OutboxRecord[]][] = [];
  for (const record of records) {
    const last = runs.at(-1);
    if (last !== undefined && last[0].topic === record.topic) last.push(record);
    else runs.push([record]);
  }
  return runs;
}

function toKeyed({ key, value, partition }: OutboxRecord): KeyedRecord {
  return partition === undefined ? { key, value } : { key, value, partition };
}

import {
  GLOBAL_TOPICS,
  LANES_MAX,
  PLAN_PARTITIONS,
  SOURCE_PARTITIONS_MIN,
  sourceTopic,
  taskTopics,
} from '@lakeferry/contracts';
import type { TopicSpec } from '@lakeferry/kafka';

/** Topics that exist once. */
export function globalTopicSpecs(replicationFactor: number): readonly TopicSpec[] {
  const kind = 'compacted' as const;
  return [
    { topic: GLOBAL_TOPICS.tasks, partitions: 1, kind, replicationFactor },
    { topic: GLOBAL_TOPICS.status, partitions: 1, kind, replicationFactor },
    { topic: GLOBAL_TOPICS.sources, partitions: SOURCE_PARTITIONS_MIN, kind, replicationFactor },
  ];
}

export function sourceTopicSpec(source: string, replicationFactor: number): TopicSpec {
  return { topic: sourceTopic(source), partitions: 1, kind: 'compacted', replicationFactor };
}

/** Topics of a task: as many partitions as it may ever have lanes. */
export function taskTopicSpecs(
  task: { taskName: string; taskId: string },
  replicationFactor: number,
): readonly TopicSpec[] {
  const { plan, base, rows, files, lanes, dirty } = taskTopics(task.taskName, task.taskId);
  const planPartitions = Object.keys(PLAN_PARTITIONS).length;
  const data = [base, rows, files, dirty].map((topic): TopicSpec => ({
    topic,
    partitions: LANES_MAX,
    kind: 'data',
    replicationFactor,
  }));
  return [
    ...data,
    { topic: lanes, partitions: LANES_MAX, kind: 'compacted', replicationFactor },
    { topic: plan, partitions: planPartitions, kind: 'compacted', replicationFactor },
  ];
}

export {
  openKafka,
  KafkaConnection,
  type FetchLimits,
  type KafkaOptions,
} from './kafka-connection.js';
export {
  Topics,
  type GroupDescription,
  type GroupMember,
  type TopicSpec,
  type Watermarks,
} from './topics.js';
export type { TopicMessage, TopicMessages } from './transaction-sends.js';
export type { ConsumedRecord } from './consumed-record.js';
export type { LaneBatch } from './partition-feed.js';
export {
  FencedProducer,
  type FencedStep,
  type FenceOptions,
  type GroupOffsets,
  type OpenFencedOptions,
  type PartitionId,
} from './fenced-producer.js';
export { fenceIdOf, readPartitionUntil, type ReadUntilOptions } from './partition-reader.js';
export { TopicFollower, type FollowedRecord, type TopicFollowerOptions } from './topic-follower.js';
export { readTopicTail, type TopicTailOptions } from './topic-tail.js';
export { LaneConsumer, type LaneConsumerOptions, type LaneProcessor } from './lane-consumer.js';
export { Lane, type InputPosition, type LaneStep } from './lane.js';
export {
  AssignedPartition,
  GroupConsumer,
  type GroupConsumerOptions,
  type PartitionProcessor,
  type StartPosition,
} from './group-consumer.js';
export { StatusReporter, type StatusReporterOptions } from './status-reporter.js';
export { RecordPublisher, type KeyedRecord } from './record-publisher.js';
export { classifyKafkaError, toKafkaError } from './kafka-errors.js';
export { assignLanes } from './lane-assigner.js';

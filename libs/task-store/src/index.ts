export { openTaskStore, type TaskStore } from './open-task-store.js';
export { SourceRepository, type StoredSource } from './source-repository.js';
export {
  TaskRepository,
  desiredTaskOf,
  type NewTask,
  type StoredTask,
  type StoredTaskState,
  type TaskName,
} from './task-repository.js';
export { OutboxRepository, type OutboxRecord } from './outbox-repository.js';
export { StatusRepository } from './status-repository.js';
export { BucketRepository } from './bucket-repository.js';
export { LedgerRepository } from './ledger-repository.js';
export type {
  AssignedFile,
  BucketPlace,
  DeliveredTotals,
  LaneBucket,
  LanePosition,
  LedgerObject,
  ObjectsPage,
  SequenceRequest,
} from './ledger.js';

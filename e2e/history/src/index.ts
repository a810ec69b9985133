export {
  DeliverySampler,
  type DeliverySample,
  type SamplerOptions,
} from './bucket/delivery-sampler.js';
export { BucketListing, listObjects, type ListedObject } from './bucket/list-objects.js';
export { checkHistory, checkHistoryIn } from './check/check-history.js';
export type {
  CheckedTask,
  CheckOptions,
  CommittedHistory,
  ComparedColumn,
  LedgerEntry,
} from './check/check-options.js';
export {
  describeReport,
  holds,
  OFFENCES,
  type HistoryReport,
  type Offence,
} from './check/history-report.js';
export { parseObjectName, type ObjectName } from './check/object-name.js';
export { staticFolder } from './check/prefix-format.js';
export type {
  CommitPoint,
  CommittedTransaction,
  RowChange,
  RowChanges,
  RowValues,
} from './committed-change.js';
export { DuckSession, s3SecretSql, sqlName, sqlText, type S3Access } from './duck-session.js';
export { seededRandom, type SeededRandom } from './seeded-random.js';
export { parseWalPosition } from './wal-position.js';
export { CommitLog, type CommitLogOptions, JOURNAL_PREFIX } from './workload/commit-log.js';
export { Journal } from './workload/journal.js';
export { DEFAULT_MIX, type WorkloadMix } from './workload/transaction-plan.js';
export { Workload, type WorkloadOptions, type WorkloadProgress } from './workload/workload.js';
export type { WorkloadColumn, WorkloadTable } from './workload/workload-table.js';
export {
  TaskClient,
  type DirtyField,
  type TaskName,
  type TaskObject,
  type TaskRequest,
  type TaskView,
} from './api/task-client.js';
export { isDeliveredBeyond, lastCommit, scanIsDone } from './api/task-progress.js';

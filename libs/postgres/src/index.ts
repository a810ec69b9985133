export { ByteBuffer } from './byte-buffer.js';
export {
  describeTable,
  findTable,
  listTables,
  sourceColumn,
  type LeafTable,
  type TableColumn,
  type TableDescription,
} from './catalog.js';
export {
  ChangePosition,
  TUPLE_NULL,
  TUPLE_TEXT,
  TUPLE_UNCHANGED,
  TupleView,
  type ChangeSink,
  type StreamColumn,
  type StreamRelation,
} from './change-sink.js';
export { connectPostgres, type ConnectOptions } from './connect.js';
export type { CopyFlow } from './copy-out.js';
export { laneOf } from './lane.js';
export { livenessTimings, type LivenessTimings } from './liveness.js';
export {
  ZERO_LSN,
  comparableInsertLsn,
  formatLsn,
  lsnOf,
  parseLsn,
  type Lsn,
  type WalGeometry,
} from './lsn.js';
export type { PgSession } from './pg-session.js';
export { PgOutputDecoder } from './pgoutput-decoder.js';
export { toPostgresError } from './postgres-errors.js';
export { checkSource, checkTable, type SourceCheck, type TableCheck } from './preflight.js';
export {
  dropTables,
  ensurePublication,
  ensureTables,
  publishedOids,
  type PublicationChange,
  type PublishedTable,
} from './publication.js';
export {
  openReplicationStream,
  type ReplicationStream,
  type ReplicationStreamOptions,
} from './replication-stream.js';
export {
  readChunk,
  type ChunkResult,
  type ChunkSink,
  type ReadChunkOptions,
} from './scan-chunk.js';
export { chunkAt, chunkCount, type ScanChunk } from './scan-chunks.js';
export {
  startScanPlan,
  type ScanPlan,
  type ScanPlanOptions,
  type ScanPlanning,
  type WaitingTransaction,
} from './scan-plan.js';
export {
  createScanRowWriter,
  type ScanRowWriter,
  type ScanRowWriterOptions,
} from './scan-row-writer.js';
export {
  dropSlot,
  ensureSlot,
  readSlot,
  readSystemIdentity,
  terminatePredecessor,
  type SlotState,
  type SystemIdentity,
} from './slot.js';
export { decideStart, type StartDecision, type StreamPosition } from './start-decision.js';
export {
  createStreamRowWriter,
  type StreamRowWriter,
  type StreamRowWriterOptions,
} from './stream-row-writer.js';
export {
  formatTableName,
  parseTableName,
  quoteIdentifier,
  quoteLiteral,
  quoteTable,
  type TableName,
} from './table-name.js';
export { readTableShape, type TableShape } from './table-shape.js';
export { formatMicros } from './transaction-head.js';
export { renderingOf, type Rendering, type SourceColumn } from './value-rendering.js';
export { forceFlush, readWalPosition, waitUntilFlushed, type WalPosition } from './wal-position.js';

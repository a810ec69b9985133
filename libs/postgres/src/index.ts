export { ByteBuffer } from './byte-buffer.js';
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
export { PgSession } from './pg-session.js';
export { PgOutputDecoder } from './pgoutput-decoder.js';
export { toPostgresError } from './postgres-errors.js';
export {
  ReplicationStream,
  openReplicationStream,
  type ReplicationStreamOptions,
} from './replication-stream.js';
export {
  ScanRowWriter,
  createScanRowWriter,
  type ScanRowWriterOptions,
} from './scan-row-writer.js';
export {
  StreamRowWriter,
  createStreamRowWriter,
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
export { TransactionHead, formatMicros } from './transaction-head.js';
export { renderingOf, type Rendering, type SourceColumn } from './value-rendering.js';

export { columnTypeProblem } from './columns.js';
export { compilePrefix } from './partition/prefix.js';
export { readEventTime, type EventTime } from './partition/event-time.js';
export { EncoderThread } from './encoder-thread.js';
export { LaneEncoder } from './lane-encoder.js';
export type { LaneAnswers, LaneRequest } from './lane-encoder-protocol.js';
export { cutFile } from './lane/cut-file.js';
export type { InputRecord } from './record-buffers.js';
export type {
  AppendCounts,
  AppendResult,
  DirtyField,
  LaneRecovery,
  LaneSpec,
  OpenFileStats,
  RecordSpan,
  SealedFile,
  ThreadMemory,
} from './lane/lane-spec.js';

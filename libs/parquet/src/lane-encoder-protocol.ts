import type { ErrorCode, ErrorContext } from '@lakeferry/errors';
import type {
  AppendResult,
  LaneRecovery,
  LaneSpec,
  RecordSpan,
  SealedFile,
  ThreadMemory,
} from './lane/lane-spec.js';

/** What the main thread asks of an encoder thread. Requests are answered in their order. */
export type LaneRequest =
  /** Forgets what is known of the lane and starts it. */
  | {
      readonly kind: 'openLane';
      readonly lane: string;
      readonly spec: LaneSpec;
      readonly recovery: LaneRecovery;
    }
  | { readonly kind: 'reconfigureLane'; readonly lane: string; readonly spec: LaneSpec }
  /** The buffer is transferred, and comes back with the answer. */
  | {
      readonly kind: 'append';
      readonly lane: string;
      readonly buffer: ArrayBuffer;
      readonly records: readonly RecordSpan[];
    }
  | { readonly kind: 'seal'; readonly lane: string; readonly prefix: string }
  | { readonly kind: 'discard'; readonly lane: string; readonly prefix?: string | undefined }
  | { readonly kind: 'closeLane'; readonly lane: string }
  | { readonly kind: 'memory' };

/** The answer to each kind of request. */
export interface LaneAnswers {
  openLane: undefined;
  reconfigureLane: undefined;
  append: AppendResult;
  seal: SealedFile;
  discard: undefined;
  closeLane: undefined;
  memory: ThreadMemory;
}
export type LaneAnswer = LaneAnswers[keyof LaneAnswers];

export interface ThreadRequest {
  readonly id: number;
  readonly request: LaneRequest;
}

/** An error as it crosses threads. */
export interface ThreadFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly context: ErrorContext;
}

export interface ThreadResponse {
  readonly id: number;
  readonly answer?: LaneAnswer;
  readonly failure?: ThreadFailure;
  /** The buffer of an append, handed back. */
  readonly buffer?: ArrayBuffer;
}

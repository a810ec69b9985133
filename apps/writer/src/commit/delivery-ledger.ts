import type {
  AssignedFile,
  BucketPlace,
  BucketRepository,
  LanePosition,
  SequenceRequest,
} from '@lakeferry/task-store';

/** The part of the control database that the writer uses. */
export interface DeliveryLedger {
  /** The place of a file, the same for ever. */
  assignSequence(request: SequenceRequest): Promise<AssignedFile>;
  /** Objects are there, and the lane has come this far, in one transaction; positions only grow. */
  markVisible(
    fileIds: readonly string[],
    position?: LanePosition,
    bucket?: BucketPlace & { readonly epoch: number },
  ): Promise<void>;
  laneState(taskId: string, lane: number): Promise<LanePosition | undefined>;
}

/** What lanes know of their buckets. */
export type BucketLedger = Pick<BucketRepository, keyof BucketRepository>;

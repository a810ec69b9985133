import type { AssignedFile, LanePosition, SequenceRequest } from '@lakeferry/task-store';

/** The part of the control database that the writer uses. */
export interface DeliveryLedger {
  /** The place of a file, the same for ever. */
  assignSequence(request: SequenceRequest): Promise<AssignedFile>;
  /** Objects are there, and the lane has come this far, in one transaction; positions only grow. */
  markVisible(fileIds: readonly string[], position?: LanePosition): Promise<void>;
  laneState(taskId: string, lane: number): Promise<LanePosition | undefined>;
}

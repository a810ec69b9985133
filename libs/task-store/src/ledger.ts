import type { FileContent, FileSeal, IdentityJson, LaneOpening } from '@lakeferry/contracts';

/** A file that asks for its place in the bucket. */
export interface SequenceRequest {
  readonly taskId: string;
  readonly file: FileSeal;
  /** Endpoint and bucket, in a form that is the same for ever. */
  readonly destination: string;
  /** The object key up to its sequence: the key is `<keyPrefix><sequence>`. */
  readonly keyPrefix: string;
  /**
   * The highest sequence listed in the bucket under `keyPrefix`, 0 where there is none. Asked before
   * any lock is taken, and only before the first file of the task under this destination and key
   * prefix; may take as long as the bucket needs.
   */
  readonly highestListed: () => Promise<number>;
}

/** The place of a file, the same for ever. */
export interface AssignedFile {
  readonly sequence: number;
  readonly objectKey: string;
  readonly state: 'assigned' | 'visible';
  /** Of the bucket that the visible object is in. */
  readonly epoch: number;
}

/** The bucket of a lane. */
export interface BucketPlace {
  readonly taskId: string;
  readonly lane: number;
  readonly destination: string;
}

/** What a lane knows of its bucket. */
export interface LaneBucket {
  /** Grows when the bucket was created anew: visible files of a lower epoch are missing from it. */
  readonly epoch: number;
  /** As the store tells it; null while it has not. */
  readonly createdAt: Date | null;
  /** It was away since it was last found to be the same. */
  readonly missing: boolean;
  /** What is missing is being written again. */
  readonly redelivering: boolean;
  /** Objects of the last redelivery, and those of them that are there again. */
  readonly objects: number;
  readonly done: number;
  /** What the last redelivery could not bring back. */
  readonly lostObjects: number;
  readonly lostRows: number;
  readonly changedAt: Date | null;
}

/** Where the writer of a lane goes on, and up to where the lane is delivered. */
export interface LanePosition {
  readonly taskId: string;
  readonly lane: number;
  /** Offset in `files` of the first record that is not yet dealt with. */
  readonly nextOffset: bigint;
  readonly baseVisible: boolean;
  /** Text form of a WAL position, as it stands in marks and statuses. */
  readonly deliveredLsn: string | null;
  readonly deliveredAt: string | null;
  readonly openings: readonly LaneOpening[];
}

/** A file in the ledger. */
export interface LedgerObject {
  readonly fileId: string;
  readonly content: FileContent;
  readonly lane: number;
  readonly prefix: string;
  readonly sequence: number;
  readonly destination: string;
  readonly objectKey: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly dirty: number;
  readonly reason: string;
  readonly schemaVersion: number;
  readonly phase: string;
  readonly first: IdentityJson;
  readonly last: IdentityJson;
  readonly state: 'assigned' | 'visible';
  readonly assignedAt: Date;
  readonly visibleAt: Date | null;
}

export interface ObjectsPage {
  readonly objects: readonly LedgerObject[];
  /** Give it back as `before` to get the next page; absent on the last. */
  readonly next?: string;
}

/** What is visible of a task: rows as Parquet; objects of dirty fields are not among it. */
export interface DeliveredTotals {
  readonly objects: number;
  readonly rows: number;
  readonly bytes: number;
  readonly dirty: number;
}

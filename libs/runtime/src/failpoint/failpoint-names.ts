import type { ErrorCode } from '@lakeferry/errors';

interface FailpointPlace {
  /** Where it lies: what is done there, and what is not. */
  readonly lies: string;
  /** The promise that a failure there would break. */
  readonly attacks: string;
  /** What the order `error` throws there: an error of the outside system that is next to it. */
  readonly error: ErrorCode;
}

const KAFKA = 'KAFKA_UNAVAILABLE';
const SOURCE = 'SOURCE_UNAVAILABLE';
const STORE = 'OBJECT_STORE_UNAVAILABLE';
const CONTROL = 'CONTROL_UNAVAILABLE';

/** Every failpoint there is. Those of `kafka` are in every transaction of a fenced producer, fences too. */
export const FAILPOINTS = {
  'changefeed.after-publication': {
    lies: 'the table is published, its route is neither in force nor durable',
    attacks: 'a table nobody wants any more leaves the publication',
    error: KAFKA,
  },
  'changefeed.after-route': {
    lies: 'the route is durable, its starting point is not looked for',
    attacks: 'the route comes first, and is found again',
    error: SOURCE,
  },
  'changefeed.after-plan': {
    lies: 'C and S are recorded, this process has read no chunk',
    attacks: 'a scan begins at the recorded point, never at a newer one',
    error: SOURCE,
  },
  'changefeed.mid-chunk': {
    lies: 'the first row of a part of a chunk is read, the COPY goes on; nothing waits here',
    attacks: 'a chunk that is read again gives every row once',
    error: SOURCE,
  },
  'changefeed.after-chunk': {
    lies: 'a part of a chunk is published, its progress is not told',
    attacks: 'a scan goes on where its transaction says, not where it was heard of last',
    error: KAFKA,
  },
  'changefeed.after-publish': {
    lies: 'changes and position are published, the slot is not acknowledged',
    attacks: 'what the slot sends again is skipped, and nothing else is',
    error: KAFKA,
  },
  'changefeed.after-route-off': {
    lies: 'the route is gone, its table is still published',
    attacks: 'a table nobody wants any more leaves the publication',
    error: SOURCE,
  },
  'kafka.between-sends': {
    lies: 'a part of the records of a transaction is sent: a file may lack chunks',
    attacks: 'a transaction that is not committed is never read',
    error: KAFKA,
  },
  'kafka.before-offsets': {
    lies: 'all records are sent, the offsets of the group are not',
    attacks: 'files and the position behind them become visible together',
    error: KAFKA,
  },
  'kafka.before-commit': {
    lies: 'records and offsets are sent, the transaction is open',
    attacks: 'the fence of a successor ends an open transaction',
    error: KAFKA,
  },
  'kafka.after-commit': {
    lies: 'the transaction is committed, nobody has heard of it',
    attacks: 'a lost answer doubles nothing',
    error: KAFKA,
  },
  'encoder.between-files': {
    lies: 'a file of a step is sealed, others of it may be open',
    attacks: 'rows of open and of sealed files are read again from the checkpoint',
    error: KAFKA,
  },
  'encoder.before-commit': {
    lies: 'all files of a step are sealed, nothing of it is sent',
    attacks: 'a seal that is not committed did not happen',
    error: KAFKA,
  },
  'encoder.after-commit': {
    lies: 'a step is committed, the lane does nothing yet with knowing it',
    attacks: 'a lane goes on from its checkpoint, not from memory',
    error: KAFKA,
  },
  'writer.after-assign': {
    lies: 'the file has its sequence in the ledger, nothing is put',
    attacks: 'a file keeps its sequence; no gap',
    error: STORE,
  },
  'writer.between-parts': {
    lies: 'a part of a multipart upload is sent, others may be missing',
    attacks: 'no object is torn; uploads that were left are aborted',
    error: STORE,
  },
  'writer.before-complete': {
    lies: 'all parts are sent, the upload is not completed',
    attacks: 'the same bytes are put under the same key again',
    error: STORE,
  },
  'writer.after-put': {
    lies: 'the object is there, the ledger does not say so',
    attacks: 'an object that is found there is compared, not doubled',
    error: STORE,
  },
  'writer.after-ledger': {
    lies: 'the ledger says so, the offset is not committed and no status is sent',
    attacks: 'the position is that of the ledger, not of the group',
    error: KAFKA,
  },
  'task-api.before-outbox': {
    lies: 'the database transaction is committed, its records are not published',
    attacks: 'database and topic never disagree for good',
    error: KAFKA,
  },
  'task-api.after-outbox': {
    lies: 'the records are published, the outbox still holds them',
    attacks: 'a desired state that is told twice changes nothing',
    error: CONTROL,
  },
  'task-api.mid-deletion': {
    lies: 'the topics of a task are deleted, its groups and its row are not',
    attacks: 'a deletion is finished by whoever comes next',
    error: KAFKA,
  },
} as const satisfies Record<string, FailpointPlace>;

export type Failpoint = keyof typeof FAILPOINTS;

/**
 * What a service does with an error:
 * - `refuse` the request is answered with the error, nothing was changed;
 * - `retry`  transient: back off in place, keep order, go on by itself;
 * - `hold`   the user or operator must mend something: the lane waits, keeps retrying slowly, loses nothing;
 * - `halt`   going on could lose or double rows: the task (or source) stops and says so;
 * - `crash`  a broken invariant of ours: the process ends and is started again.
 */
export type ErrorAction = 'refuse' | 'retry' | 'hold' | 'halt' | 'crash';

interface ErrorPolicy {
  readonly action: ErrorAction;
  /** What the user or operator does about it; `null` where nothing needs doing. */
  readonly remedy: string | null;
}

/** Every error code there is, its meaning (the comment), and what is done about it. */
export const ERROR_POLICY = {
  /** A request has a field that is missing, malformed or contradicts another. */
  INVALID_ARGUMENT: { action: 'refuse', remedy: 'Correct the fields that are named.' },
  /** The thing that is named does not exist. */
  NOT_FOUND: { action: 'refuse', remedy: 'Check the name; list what exists.' },
  /** A source or task of that name exists already. */
  ALREADY_EXISTS: { action: 'refuse', remedy: 'Choose another name, or delete the existing one.' },
  /** The object keys of the new task could collide with those of another task. */
  PREFIX_COLLISION: { action: 'refuse', remedy: 'Choose another prefix, bucket or task name.' },
  /** The task is in a state in which the request is not possible. */
  FAILED_PRECONDITION: { action: 'refuse', remedy: 'Wait for the state that the message names.' },
  /** A task cannot be deleted while it is initialized. */
  TASK_INITIALIZING: { action: 'refuse', remedy: 'Try again in a minute.' },
  /** The bearer token is missing or wrong. */
  UNAUTHENTICATED: { action: 'refuse', remedy: 'Send the token in the Authorization header.' },
  /** The source can't deliver this table safely; the findings say why. */
  PREFLIGHT_REFUSED: { action: 'refuse', remedy: 'Mend the findings, then create the task again.' },
  /** The configuration of a service is unusable; the process does not start. */
  CONFIG_INVALID: { action: 'crash', remedy: 'Correct the settings that are named.' },
  /** An invariant of ours is broken; going on could lose or double rows. */
  INVARIANT_BROKEN: { action: 'crash', remedy: 'Report the log line with its fields.' },

  /** A record on a topic is not of the form that its contract says. */
  CONTRACT_VIOLATION: { action: 'halt', remedy: 'Run one version of all services; see the log.' },
  /** A mutation is not above its predecessor in its lane. */
  ORDER_VIOLATION: { action: 'halt', remedy: 'Report it: an invariant of the stream is broken.' },

  /** Kafka can't be reached or answered with a passing error. */
  KAFKA_UNAVAILABLE: { action: 'retry', remedy: null },
  /** Another process has taken over this source, scan or lane. */
  KAFKA_FENCED: { action: 'retry', remedy: null },
  /** A checkpoint names an offset that the topic no longer holds: records were deleted. */
  KAFKA_OFFSET_OUT_OF_RANGE: {
    action: 'halt',
    remedy: 'Rows between the checkpoint and the log start are gone: create the task anew.',
  },
  /** The broker refuses a request for good: authorization, configuration, size. */
  KAFKA_REFUSED: { action: 'hold', remedy: "Check the broker's log, limits and permissions." },

  /** The source database can't be reached or is starting up. */
  SOURCE_UNAVAILABLE: { action: 'retry', remedy: 'Check that the source database is reachable.' },
  /** The source refuses the credentials or lacks a privilege. */
  SOURCE_UNAUTHORIZED: { action: 'hold', remedy: 'Check user, password, REPLICATION and SELECT.' },
  /** The source lacks what logical replication needs (wal_level, free slots, senders). */
  SOURCE_NOT_READY: { action: 'hold', remedy: 'Mend what the preflight check lists.' },
  /** A statement on the source failed with an SQL error that is not transient. */
  SOURCE_STATEMENT_FAILED: { action: 'hold', remedy: 'See the message; mend it on the source.' },
  /** The replication slot is held by another connection. */
  SOURCE_SLOT_BUSY: { action: 'retry', remedy: null },
  /** The replication slot is gone; changes may be lost. */
  SOURCE_SLOT_MISSING: { action: 'halt', remedy: 'Create the tasks anew: changes were missed.' },
  /** The server removed WAL that the slot still needed. */
  SOURCE_SLOT_LOST: {
    action: 'halt',
    remedy: 'Create the tasks anew; raise max_slot_wal_keep_size.',
  },
  /** The slot was advanced beyond what was delivered. */
  SOURCE_SLOT_AHEAD: { action: 'halt', remedy: 'Create the tasks anew: changes were skipped.' },
  /** The database is another system than before (restored dump, other server, other timeline). */
  SOURCE_IDENTITY_CHANGED: {
    action: 'halt',
    remedy: 'Point the source at the original server, or create the tasks anew.',
  },
  /** The columns of a table changed in the stream: it goes on once the catalog was looked at. */
  SOURCE_TABLE_ALTERED: { action: 'retry', remedy: null },
  /** The table was dropped, re-created or left the publication behind our back. */
  SOURCE_TABLE_CHANGED: { action: 'halt', remedy: 'Create the task anew for the present table.' },
  /** The table's storage was rewritten (VACUUM FULL, CLUSTER, ALTER TABLE) while it was scanned. */
  SOURCE_TABLE_REWRITTEN: { action: 'halt', remedy: 'Create the task anew to scan it again.' },
  /** A frozen row's age can't be told apart after a transaction-id wraparound. */
  SOURCE_XID_AMBIGUOUS: {
    action: 'halt',
    remedy: 'Install pageinspect for the delivery user, or create the task anew.',
  },
  /** The scan gave rows out of physical order. */
  SOURCE_SCAN_DISORDER: { action: 'halt', remedy: 'Report it with the server version.' },
  /** The exported snapshot was too large (many savepoints); it is tried again. */
  SOURCE_SNAPSHOT_TOO_LARGE: { action: 'retry', remedy: null },
  /** A lock or a running transaction on the source is waited for. */
  SOURCE_LOCK_TIMEOUT: { action: 'retry', remedy: 'End the long transaction that status names.' },

  /** The store asked to slow down, answered 5xx, timed out or cut the connection. */
  OBJECT_STORE_UNAVAILABLE: { action: 'retry', remedy: null },
  /** Lakeferry is not authorized to deliver data to the bucket: role, key, secret or policy. */
  OBJECT_STORE_UNAUTHORIZED: {
    action: 'hold',
    remedy:
      'Confirm whether the role of the task (AliyunServiceRoleForOTSDataDelivery where it names none) ' +
      "exists among the writer's roles, and whether its credentials may write to the bucket.",
  },
  /** The destination bucket does not exist, or lies in another region. */
  OBJECT_STORE_BUCKET_INVALID: {
    action: 'hold',
    remedy:
      'Confirm whether the bucket and the instance are located within the same region. ' +
      'Confirm whether the bucket exists. When the bucket is created, all data is written to it ' +
      'again. The delivery progress is updated.',
  },
  /** The bucket was created anew; what was delivered to its predecessor is written to it again. */
  OBJECT_STORE_BUCKET_RECREATED: { action: 'retry', remedy: null },
  /** Objects are missing from a bucket that was created anew, and Kafka no longer holds their files. */
  REDELIVERY_INCOMPLETE: {
    action: 'hold',
    remedy:
      'Create the task anew for a new base scan, or pause and resume it to do without these objects. ' +
      'Raise LAKEFERRY_REDELIVERY_RETENTION_SECONDS so that files stay longer.',
  },
  /** The clocks of the writer's machine and of the store differ, and the store tells no time to go by. */
  OBJECT_STORE_CLOCK_SKEWED: {
    action: 'hold',
    remedy: "Correct the clock of the writer's host, or that of the store.",
  },
  /** The endpoint name can't be resolved or its certificate is not valid. */
  OBJECT_STORE_ENDPOINT_INVALID: { action: 'hold', remedy: 'Check the endpoint of the bucket.' },
  /** The store refuses the request for good. */
  OBJECT_STORE_REFUSED: { action: 'hold', remedy: "See the store's message." },
  /** An object of that key with other content exists already. */
  OBJECT_STORE_KEY_TAKEN: {
    action: 'halt',
    remedy: 'Somebody wrote under the key of this task: remove the foreign object, then resume.',
  },

  /** The writer could not keep a large file in its temporary folder while it is put. */
  SPOOL_FAILED: { action: 'hold', remedy: "Free space in the writer's temporary folder." },

  /** The changefeed, which alone talks to source databases, does not answer. */
  CHANGEFEED_UNAVAILABLE: { action: 'retry', remedy: 'Check that the changefeed runs.' },
  /** The control database can't be reached. */
  CONTROL_UNAVAILABLE: { action: 'retry', remedy: 'Check the control database.' },
  /** The ledger refuses a file of a deleted task. */
  LEDGER_TASK_DELETED: { action: 'halt', remedy: null },
} as const satisfies Record<string, ErrorPolicy>;

export type ErrorCode = keyof typeof ERROR_POLICY;

/** The action of a code, widened so that callers can switch over all of them. */
export function actionOf(code: ErrorCode): ErrorAction {
  return ERROR_POLICY[code].action;
}

/** The remedy of a code, `null` where nothing needs doing. */
export function remedyOf(code: ErrorCode): string | null {
  return ERROR_POLICY[code].remedy;
}

import type { WorkloadMix } from '@lakeferry/history';
import type { Failpoint, FailpointOrder } from '@lakeferry/runtime/testing';
import type { ServiceName } from '@lakeferry/stack';

/** Tables that rounds write to; what each is for is told where it is made. */
export type TableKind = 'plain' | 'hourly' | 'events' | 'wide' | 'scattered' | 'huge';

/** A task of a round. */
export interface PlannedTask {
  /** Unique within the round. */
  readonly name: string;
  readonly table: TableKind;
  readonly taskType: 'BASE' | 'INC' | 'BASE_INC';
  readonly lanes: number;
  /** Milliseconds from the beginning of the load to the task's creation. */
  readonly createdAtMs: number;
  /** What of the task's configuration is not said elsewhere. */
  readonly config: Readonly<Record<string, unknown>>;
  /** How it must end, where that is not what the round's ending says. */
  readonly ending?: RoundEnding;
}

/** How writers change the tables of a round. */
export interface PlannedLoad {
  readonly connections: number;
  readonly pauseMs: number;
  /** Rows in each table before writers start. */
  readonly baseRows: number;
  /** The least time that writers write. */
  readonly forMs: number;
  readonly asynchronousCommits: boolean;
  /** What differs from the usual mix of changes. */
  readonly mix: Partial<WorkloadMix>;
}

/** One running process of a service: 0 is the first, 1 the second. */
export interface InstanceName {
  readonly service: ServiceName;
  readonly instance: number;
}

/** What is done to the system, as data: a plan can be printed and compared. */
export type FaultSpec =
  /** SIGKILL; a new process after `downMs`. */
  | ({ readonly kind: 'kill'; readonly downMs: number } & InstanceName)
  /** SIGSTOP, then SIGCONT: a zombie when it lasts longer than sessions. */
  | ({ readonly kind: 'freeze'; readonly forMs: number } & InstanceName)
  /** SIGTERM, the end it chooses, and a new process. */
  | ({ readonly kind: 'restart' } & InstanceName)
  /** One more process joins for a while. */
  | { readonly kind: 'join'; readonly service: ServiceName; readonly forMs: number }
  /** The process that reaches a named point is struck there. */
  | {
      readonly kind: 'failpoint';
      readonly service: ServiceName;
      readonly point: Failpoint;
      readonly order: FailpointOrder;
      /** How long the point is armed when nobody reaches it. */
      readonly forMs: number;
      /** How long a process that stopped stays so; 0 for other orders. */
      readonly stoppedMs: number;
    }
  /** A share of the requests to the store fails, in several ways. */
  | { readonly kind: 'store-disturbed'; readonly share: number; readonly forMs: number }
  /** Every request to the store fails in one way. */
  | {
      readonly kind: 'store-down';
      readonly how: 'SlowDown' | 'reset' | 'stall';
      readonly forMs: number;
    }
  /** The store refuses the writer's key. */
  | { readonly kind: 'key-revoked'; readonly forMs: number }
  /** The bucket is deleted with all that is in it, and made anew. */
  | { readonly kind: 'bucket-recreated'; readonly goneMs: number }
  | { readonly kind: 'broker-kill'; readonly downMs: number }
  | { readonly kind: 'broker-restart'; readonly downMs: number }
  | { readonly kind: 'broker-freeze'; readonly forMs: number }
  | { readonly kind: 'broker-disk-full'; readonly forMs: number }
  | { readonly kind: 'postgres-kill'; readonly downMs: number }
  | { readonly kind: 'postgres-restart'; readonly downMs: number }
  /** Backends are ended again and again. */
  | {
      readonly kind: 'connections-cut';
      readonly whose: 'changefeed' | 'writers' | 'slot' | 'all';
      readonly times: number;
      readonly everyMs: number;
    }
  /** A transaction stays open, with rows changed, while tasks are created. */
  | {
      readonly kind: 'long-transaction';
      readonly table: TableKind;
      readonly forMs: number;
      /** Prepared ones outlive their connection. */
      readonly ends: 'commit' | 'rollback' | 'prepared-commit' | 'prepared-rollback';
    }
  /** All processes of a service die while one has a transaction open on the broker. */
  | {
      readonly kind: 'transactions-orphaned';
      readonly service: 'changefeed' | 'encoder';
      readonly downMs: number;
    }
  /** Rows that no encoder has read yet are deleted from the broker, while no encoder runs. */
  | {
      readonly kind: 'records-deleted';
      readonly task: string;
      readonly topic: 'rows';
      readonly downMs: number;
    }
  /** The slot of the source goes while no changefeed runs: its WAL is removed, or somebody drops it. */
  | { readonly kind: 'slot-lost'; readonly how: 'wal' | 'dropped' }
  /** The storage of a task's table is written anew while the task scans it. */
  | { readonly kind: 'table-rewritten'; readonly task: string }
  /** Another task on another table comes while changefeeds are killed, each so long after the one before. */
  | {
      readonly kind: 'neighbour-created';
      readonly neighbour: PlannedTask;
      readonly killsAfterMs: readonly number[];
    }
  /** A task is deleted and, when it is gone for a while, created again under the same name. */
  | { readonly kind: 'task-recreated'; readonly task: string; readonly awayMs: number }
  | { readonly kind: 'paused'; readonly task: string; readonly forMs: number }
  /** The clock of a service jumps by hours, ahead or back, and jumps back. */
  | {
      readonly kind: 'clock-wrong';
      readonly service: ServiceName;
      readonly byMs: number;
      readonly forMs: number;
    };

export type FaultKind = FaultSpec['kind'];
export type SpecOf<K extends FaultKind> = Extract<FaultSpec, { kind: K }>;

export interface PlannedFault {
  /** Milliseconds from the beginning of the load. */
  readonly atMs: number;
  readonly fault: FaultSpec;
}

/**
 * How a round must end: with everything delivered, or with its tasks stopped, loudly, with this error: then
 * what they say is delivered must be, and nothing else may be wrong.
 */
export type RoundEnding =
  { readonly kind: 'delivered' } | { readonly kind: 'halted'; readonly errorCode: string };

/** All that is chosen about a round, before it begins. */
export interface RoundPlan {
  readonly seed: number;
  readonly scenario: string;
  readonly tasks: readonly PlannedTask[];
  readonly load: PlannedLoad;
  /** In the order of their times. */
  readonly faults: readonly PlannedFault[];
  readonly ending: RoundEnding;
  /** No service may end by itself: whatever is too much for it makes it slower. */
  readonly staysUp: boolean;
}

/** A fault in few words, for tables and results. */
export function faultLabel(fault: FaultSpec): string {
  switch (fault.kind) {
    case 'kill':
    case 'freeze':
    case 'restart':
      return `${fault.kind} ${fault.service}${fault.instance === 0 ? '' : `/${fault.instance + 1}`}`;
    case 'join':
      return `join ${fault.service}`;
    case 'failpoint':
      return `${fault.order} at ${fault.point}`;
    case 'store-down':
      return `store ${fault.how}`;
    case 'transactions-orphaned':
      return `transaction of ${fault.service} left open`;
    case 'slot-lost':
      return fault.how === 'wal' ? 'slot overrun' : 'slot dropped';
    case 'clock-wrong':
      return `clock of ${fault.service} ${fault.byMs > 0 ? '+' : ''}${fault.byMs / 3_600_000} h`;
    case 'connections-cut':
      return `cut ${fault.whose} connections`;
    default:
      return fault.kind.replaceAll('-', ' ');
  }
}

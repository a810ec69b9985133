/** Topics that exist once per installation. */
export const GLOBAL_TOPICS = {
  /** Desired state of every task, compacted, keyed by task id. */
  tasks: 'lakeferry.tasks',
  /** What the services report, compacted, keyed by subject (`statusKey`). */
  status: 'lakeferry.status',
  /** One partition per source, compacted, keyed by source name. */
  sources: 'lakeferry.sources',
} as const;

/** Partitions of `lakeferry.sources` at first; task-api adds more when they are used up. */
export const SOURCE_PARTITIONS_MIN = 16;
/** Partitions of a task's lane topics: as many lanes as it may ever have. */
export const LANES_MAX = 4;

/** Position, routes and lane tables of one source, compacted, written by its stream producer only. */
export function sourceTopic(source: string): string {
  return `lakeferry.source.${source}`;
}

export interface TaskTopics {
  /** Partition 0 written by the stream, partition 1 by the scan; compacted. */
  readonly plan: string;
  readonly base: string;
  readonly rows: string;
  readonly files: string;
  /** Lane checkpoints; compacted. */
  readonly lanes: string;
  readonly dirty: string;
}

/** `lakeferry.<task>-<first eight hex digits of the id>`: a person finds it, a re-created task never meets old data. */
export function taskScope(taskName: string, taskId: string): string {
  return `lakeferry.${taskName}-${taskId.replaceAll('-', '').slice(0, 8)}`;
}

export function taskTopics(taskName: string, taskId: string): TaskTopics {
  const scope = taskScope(taskName, taskId);
  return {
    plan: `${scope}.plan`,
    base: `${scope}.base`,
    rows: `${scope}.rows`,
    files: `${scope}.files`,
    lanes: `${scope}.lanes`,
    dirty: `${scope}.dirty`,
  };
}

/** Consumer groups: one per task and stage, so that one task can't slow another. */
export function taskGroups(taskName: string, taskId: string) {
  const scope = taskScope(taskName, taskId);
  return { encoder: `${scope}.encoder`, writer: `${scope}.writer` } as const;
}

/** The group that shares sources out among changefeed processes. */
export const CHANGEFEED_GROUP = 'lakeferry.changefeed';

/** Transactional ids: one per partition that is read with read_committed. */
export const transactionalIds = {
  stream: (source: string) => `lakeferry.stream.${source}`,
  scan: (taskName: string, taskId: string) => `${taskScope(taskName, taskId)}.scan`,
  lane: (taskName: string, taskId: string, lane: number) =>
    `${taskScope(taskName, taskId)}.lane.${lane}`,
} as const;

import {
  GLOBAL_TOPICS,
  taskConfig,
  type DesiredTask,
  type Finding,
  type TaskConfig,
  type TaskType,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import type { Prisma, PrismaClient, Task, TaskState } from './generated/client.js';
import { OutboxRepository, type OutboxRecord } from './outbox-repository.js';
import { translated } from './prisma-errors.js';

export type StoredTaskState = `${TaskState}`;

/** What identifies a task for people. */
export interface TaskName {
  readonly source: string;
  /** Canonical, as in SQL. */
  readonly tableName: string;
  readonly taskName: string;
}

export interface NewTask extends TaskName {
  readonly taskId: string;
  readonly taskType: TaskType;
  readonly config: TaskConfig;
  /** The request as it was made, without secrets. */
  readonly requested: Prisma.InputJsonObject;
  readonly warnings: readonly Finding[];
  readonly lanes: number;
}

export interface StoredTask extends TaskName {
  readonly taskId: string;
  readonly taskType: TaskType;
  readonly state: StoredTaskState;
  readonly config: TaskConfig;
  readonly warnings: readonly Finding[];
  readonly lanes: number;
  /** The version of the schema that `config` builds on. */
  readonly schemaVersion: number;
  /** Counts what the user changed. */
  readonly revision: number;
  /** The last revision that needs a new version of the schema. */
  readonly schemaRevision: number;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
}

/** A task as its user wants it from now on, made from the task as it was read. */
export interface TaskUpdate {
  readonly config: TaskConfig;
  readonly warnings: readonly Finding[];
  /** Its rows become something else: that needs a new version of the schema. */
  readonly needsVersion: boolean;
}

/** A schema that the stream changed by itself. */
export interface FoldedSchema {
  readonly config: TaskConfig;
  readonly schemaVersion: number;
}

/** Any fixed number: the lock under which tasks are created, so that each sees all others. */
const CREATE_LOCK = 7_215_304n;

export class TaskRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Stores a task in state `creating`; nothing is published yet.
   *
   * @param refusal judges the new task against all that are not deleted; no other can come in between
   * @throws DeliveryError ALREADY_EXISTS, or what `refusal` returns
   */
  async create(
    task: NewTask,
    refusal: (others: readonly StoredTask[]) => DeliveryError | null,
  ): Promise<StoredTask> {
    return translated(() =>
      this.prisma.$transaction(async (transaction) => {
        // Raw: Prisma's API has no advisory locks.
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${CREATE_LOCK})`;
        const others = await transaction.task.findMany({ where: { state: { not: 'deleted' } } });
        const refused = nameTaken(task, others) ?? refusal(others.map(toStored));
        if (refused !== null) throw refused;
        return toStored(await transaction.task.create({ data: toRow(task) }));
      }),
    );
  }

  /**
   * Moves a task from one of the states to another and puts its record into the outbox, in one
   * transaction. Undefined when it is in none of these states: nothing was changed.
   */
  async changeState(
    taskId: string,
    from: readonly StoredTaskState[],
    to: 'active' | 'paused' | 'finished' | 'deleting',
  ): Promise<StoredTask | undefined> {
    return translated(() =>
      this.prisma.$transaction(async (transaction) => {
        const { count } = await transaction.task.updateMany({
          where: { id: taskId, state: { in: [...from] } },
          data: { state: to },
        });
        if (count === 0) return undefined;
        const task = toStored(await transaction.task.findUniqueOrThrow({ where: { id: taskId } }));
        const value = JSON.stringify(desiredTaskOf(task, to));
        await OutboxRepository.put(transaction, [
          { topic: GLOBAL_TOPICS.tasks, key: taskId, value },
        ]);
        return task;
      }),
    );
  }

  /**
   * Changes a running task and puts its record into the outbox, in one transaction. Undefined when it
   * is not as it was read, or does not run: nothing was changed.
   *
   * @param refusal judges the changed task against all others; no other can come in between
   * @throws DeliveryError what `refusal` returns
   */
  async update(
    read: StoredTask,
    update: TaskUpdate,
    refusal: (others: readonly StoredTask[]) => DeliveryError | null,
  ): Promise<StoredTask | undefined> {
    const { config, warnings, needsVersion } = update;
    const revision = read.revision + 1;
    return translated(() =>
      this.prisma.$transaction(async (transaction) => {
        // Raw: Prisma's API has no advisory locks.
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${CREATE_LOCK})`;
        const others = await transaction.task.findMany({
          where: { state: { not: 'deleted' }, id: { not: read.taskId } },
        });
        const refused = refusal(others.map(toStored));
        if (refused !== null) throw refused;
        return rewrite(transaction, read, {
          ...{ config: toJson(config), revision },
          warnings: warnings.map((warning) => ({ ...warning })),
          ...(needsVersion ? { schemaRevision: revision } : {}),
        });
      }),
    );
  }

  /**
   * Takes into a running task's configuration what the stream changed of its schema. Undefined when the
   * task is not as it was read: nothing was changed.
   */
  async foldSchema(read: StoredTask, folded: FoldedSchema): Promise<StoredTask | undefined> {
    const { config, schemaVersion } = folded;
    return translated(() =>
      this.prisma.$transaction((transaction) =>
        rewrite(transaction, read, { config: toJson(config), schemaVersion }),
      ),
    );
  }

  /**
   * Ends a task for good, with tombstones for its record and the given status keys. Its ledger rows
   * stay. Its writers' positions go.
   */
  async markDeleted(taskId: string, statusKeys: readonly string[]): Promise<void> {
    const tombstones: OutboxRecord[] = [
      { topic: GLOBAL_TOPICS.tasks, key: taskId, value: null },
      ...statusKeys.map((key) => ({ topic: GLOBAL_TOPICS.status, key, value: null })),
    ];
    await translated(() =>
      this.prisma.$transaction(async (transaction) => {
        const { count } = await transaction.task.updateMany({
          where: { id: taskId, state: { in: ['deleting'] } },
          data: { state: 'deleted', deletedAt: new Date() },
        });
        if (count === 0) return;
        await transaction.writerLane.deleteMany({ where: { taskId } });
        await transaction.laneBucket.deleteMany({ where: { taskId } });
        await transaction.taskStatus.deleteMany({ where: { key: { startsWith: `${taskId}/` } } });
        await OutboxRepository.put(transaction, tombstones);
      }),
    );
  }

  async find(name: TaskName): Promise<StoredTask | undefined> {
    const { source, tableName, taskName } = name;
    const row = await translated(() =>
      this.prisma.task.findFirst({
        where: { source, tableName, taskName, state: { not: 'deleted' } },
      }),
    );
    return row === null ? undefined : toStored(row);
  }

  async get(taskId: string): Promise<StoredTask | undefined> {
    const row = await translated(() => this.prisma.task.findUnique({ where: { id: taskId } }));
    return row === null ? undefined : toStored(row);
  }

  /** Tasks that are not deleted, oldest first. */
  async list(filter: Partial<TaskName> = {}): Promise<readonly StoredTask[]> {
    const rows = await translated(() =>
      this.prisma.task.findMany({
        where: { ...filter, state: { not: 'deleted' } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      }),
    );
    return rows.map(toStored);
  }
}

/** Writes over a task that runs and is as it was read. */
async function rewrite(
  transaction: Prisma.TransactionClient,
  { taskId, revision, schemaVersion }: StoredTask,
  data: Prisma.TaskUpdateManyMutationInput,
): Promise<StoredTask | undefined> {
  const { count } = await transaction.task.updateMany({
    where: { id: taskId, revision, schemaVersion, state: { in: ['active', 'paused'] } },
    data,
  });
  if (count === 0) return undefined;
  const task = toStored(await transaction.task.findUniqueOrThrow({ where: { id: taskId } }));
  const state = task.state === 'paused' ? 'paused' : 'active';
  const value = JSON.stringify(desiredTaskOf(task, state));
  await OutboxRepository.put(transaction, [{ topic: GLOBAL_TOPICS.tasks, key: taskId, value }]);
  return task;
}

/** What is published of a task. */
export function desiredTaskOf(task: StoredTask, state: DesiredTask['state']): DesiredTask {
  const { taskId, taskName, source, tableName, taskType, lanes, config, schemaVersion } = task;
  const { revision, schemaRevision } = task;
  return {
    ...{ v: 1, taskId, taskName, source, tableName, taskType, state, lanes, config, schemaVersion },
    ...{ revision, schemaRevision },
    createdAt: task.createdAt.toISOString(),
  };
}

function nameTaken(task: NewTask, others: readonly Task[]): DeliveryError | null {
  const same = others.some(
    (other) =>
      other.source === task.source &&
      other.tableName === task.tableName &&
      other.taskName === task.taskName,
  );
  if (!same) return null;
  const message = `there is a task ${task.taskName} of ${task.tableName} already`;
  return new DeliveryError('ALREADY_EXISTS', message);
}

function toRow(task: NewTask) {
  const { taskId, source, tableName, taskName, taskType, config, requested, warnings, lanes } =
    task;
  return {
    ...{ id: taskId, source, tableName, taskName, taskType, requested, lanes, schemaVersion: 1 },
    config: toJson(config),
    warnings: warnings.map((warning) => ({ ...warning })),
    state: 'creating' as const,
  };
}

/** Through JSON: an absent option must not become a stored null. */
function toJson(config: TaskConfig): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(config)) as Prisma.InputJsonObject;
}

function toStored(row: Task): StoredTask {
  const { id, source, tableName, taskName, state, lanes, schemaVersion, createdAt, deletedAt } =
    row;
  const { revision, schemaRevision } = row;
  return {
    ...{ revision, schemaRevision },
    ...{ taskId: id, source, tableName, taskName, state, lanes, schemaVersion },
    ...{ createdAt, deletedAt },
    taskType: row.taskType as TaskType,
    config: taskConfig.parse(row.config),
    warnings: row.warnings as unknown as readonly Finding[],
  };
}

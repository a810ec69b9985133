import {
  metadataOf,
  sourceColumnsOf,
  type Finding,
  type TableDescription,
  type TaskConfig,
} from '@lakeferry/contracts';
import { DeliveryError, invalidArgument } from '@lakeferry/errors';
import type { StoredSource, StoredTask, TaskStore } from '@lakeferry/task-store';
import { readRequest } from '../api/read-request.js';
import type { StatusBook } from '../status/status-book.js';
import { patchRefusal } from './decide-patch.js';
import { taskPhase } from './task-phase.js';
import {
  fixedProblems,
  needsTable,
  needsVersion,
  patchTask,
  sameJson,
  taskPatch,
  type TaskPatch,
} from './task-patch.js';
import { TASK_REMEDIES } from './task-request.js';

export interface TaskUpdaterOptions {
  readonly store: Pick<TaskStore, 'tasks' | 'sources'>;
  readonly statuses: StatusBook;
  readonly describe: (source: StoredSource, tableName: string) => Promise<TableDescription>;
  /** @throws DeliveryError PREFLIGHT_REFUSED */
  readonly preflight: (
    source: StoredSource,
    table: TableDescription,
    columns: readonly string[],
  ) => Promise<readonly Finding[]>;
  readonly collision: (task: StoredTask, others: readonly StoredTask[]) => DeliveryError | null;
}

const ATTEMPTS_MAX = 5;
const NO_TABLE = { columns: [] };

/** Changes a task that runs: all of what is asked for, or nothing. */
export class TaskUpdater {
  constructor(private readonly options: TaskUpdaterOptions) {}

  /**
   * Begins anew where the task changed meanwhile: what the stream changed of it is no reason to refuse,
   * and whoever builds on a revision is refused by that.
   *
   * @param find reads the task as it is
   * @param ifMatch the revision that the user saw, as the header says it
   * @returns the task as it is wanted now, and whether that is new
   */
  async update(
    find: () => Promise<StoredTask>,
    body: unknown,
    ifMatch?: string,
  ): Promise<{ readonly task: StoredTask; readonly isNew: boolean }> {
    const patch = readRequest(taskPatch, body, TASK_REMEDIES);
    const builtOn = patch.revision ?? revisionOf(ifMatch);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const read = await find();
      const task = await this.attempt(read, patch, builtOn);
      if (task !== undefined) return { task, isNew: task !== read };
    }
    throw new DeliveryError(
      'FAILED_PRECONDITION',
      'the task changes all the time: look at it again',
    );
  }

  /** @returns undefined when the task is not as it was read: nothing was changed */
  private async attempt(
    task: StoredTask,
    patch: TaskPatch,
    builtOn: number | undefined,
  ): Promise<StoredTask | undefined> {
    const fixed = fixedProblems(task, patch);
    if (fixed.length > 0) throw invalidArgument(fixed);
    this.refuse(task, builtOn, false);
    const { config, warnings } = await this.resolve(task, patch);
    const needs = needsVersion(task.config, config);
    this.refuse(task, builtOn, needs);
    if (sameJson(task.config, config)) return task;
    const { store, collision } = this.options;
    return store.tasks.update(
      task,
      { config, warnings, needsVersion: needs },
      // Where the objects lie as before, nothing new meets: a task that was taken stays changeable.
      (others) => (keysStay(task.config, config) ? null : collision({ ...task, config }, others)),
    );
  }

  private refuse(task: StoredTask, builtOn: number | undefined, needs: boolean): void {
    const reports = this.options.statuses.of(task);
    const { state, revision } = task;
    const phase = taskPhase({ ...task, reports });
    const refusal = patchRefusal({
      ...{ state, phase, revision, builtOn, needsVersion: needs, route: reports.route },
    });
    if (refusal !== null) throw new DeliveryError('FAILED_PRECONDITION', refusal);
  }

  /** The source is asked only where a change concerns the columns of the table. */
  private async resolve(task: StoredTask, patch: TaskPatch) {
    if (!needsTable(patch)) {
      const { config } = patchTask(task, patch, NO_TABLE);
      return { config, warnings: task.warnings };
    }
    const { store, statuses, describe, preflight } = this.options;
    const source = await store.sources.find(task.source);
    if (source === undefined) {
      throw new DeliveryError('NOT_FOUND', `there is no source ${task.source}`);
    }
    const name = statuses.of(task).route?.table ?? task.tableName;
    const table = await describe(source, name);
    const { config, warnings } = patchTask(task, patch, table);
    const schema = config.schema.filter((column) => metadataOf(column) === null);
    const columns = sourceColumnsOf(schema, config.eventTimeColumn?.columnName);
    const present = new Set(table.columns.map((column) => column.name));
    const told = await preflight(
      source,
      table,
      columns.filter((column) => present.has(column)),
    );
    return { config, warnings: [...told, ...warnings] };
  }
}

function keysStay(before: TaskConfig, after: TaskConfig): boolean {
  return before.ossPrefix === after.ossPrefix && before.ossDirtyPrefix === after.ossDirtyPrefix;
}

/** `"3"` or `3`; any revision for `*` and without the header. */
function revisionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const revision = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim())?.[1];
  if (revision !== undefined) return Number(revision);
  const problem = 'is no revision of a task';
  throw invalidArgument([{ field: 'If-Match', problem, remedy: 'Send the revision, as "3".' }]);
}

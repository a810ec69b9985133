import { randomUUID } from 'node:crypto';
import { sourceColumnsOf, type Finding, type TableDescription } from '@lakeferry/contracts';
import { DeliveryError, invalidArgument, isDeliveryError } from '@lakeferry/errors';
import { formatTableName, parseTableName } from '@lakeferry/postgres';
import type { Clock } from '@lakeferry/runtime';
import type {
  NewTask,
  ObjectsPage,
  StoredSource,
  StoredTask,
  TaskName,
  TaskStore,
} from '@lakeferry/task-store';
import { readRequest } from '../api/read-request.js';
import { textProblem } from '../api/text-problem.js';
import type { InspectionClient } from '../inspection/inspection-client.js';
import { externalTableStatement, type Engine } from '../statement/external-table.js';
import type { StatusBook } from '../status/status-book.js';
import type { TaskReports } from '../status/task-reports.js';
import { collisionRefusal } from './collision-refusal.js';
import type { DirtyFields, DirtyFieldView } from './dirty-fields.js';
import { prefixProblems, resolveTask } from './resolve-task.js';
import { deletionRefusal } from './task-phase.js';
import type { TaskNameRule } from './task-name.js';
import { TASK_REMEDIES, taskRequestBy, type TaskRequest } from './task-request.js';
import { TaskUpdater } from './task-updater.js';
import { toTaskView, type TaskView } from './task-view.js';

export interface TaskServiceOptions {
  readonly store: Pick<TaskStore, 'tasks' | 'sources' | 'ledger'>;
  readonly inspection: InspectionClient;
  readonly statuses: StatusBook;
  readonly dirty: Pick<DirtyFields, 'list'>;
  readonly clock: Clock;
  /** Which names new tasks may have. */
  readonly taskNames: TaskNameRule;
  /** Called after each change that someone waits for. */
  readonly onChanged: () => void;
}

const NO_REPORTS: TaskReports = { encoders: new Map(), writers: new Map() };

/** Everything that a user does with tasks; REST and gRPC are two ways to it. */
export class TaskService {
  private readonly updater: TaskUpdater;

  constructor(private readonly options: TaskServiceOptions) {
    const { store, statuses } = options;
    this.updater = new TaskUpdater({
      ...{ store, statuses, collision: collisionRefusal },
      describe: (source, tableName) => this.describe(source, tableName),
      preflight: (source, table, columns) => this.preflight(source, table, columns),
    });
  }

  /** Checks everything first; nothing is stored, made or published unless all of it holds. */
  async create(body: unknown): Promise<TaskView> {
    const { store, onChanged } = this.options;
    const request = this.read(body);
    const source = await store.sources.find(request.source);
    if (source === undefined) {
      const problem = `there is no source ${JSON.stringify(request.source)}`;
      throw invalidArgument([{ field: 'source', problem, remedy: TASK_REMEDIES['source'] ?? '' }]);
    }
    const table = await this.describe(source, request.tableName);
    const { config, lanes, warnings } = resolveTask(request, table);
    const told = await this.preflight(
      source,
      table,
      sourceColumnsOf(config.schema, config.eventTimeColumn?.columnName),
    );
    const task: NewTask = {
      taskId: randomUUID(),
      source: source.name,
      tableName: table.table,
      taskName: request.taskName,
      taskType: request.taskType,
      config,
      requested: JSON.parse(JSON.stringify(request)) as NewTask['requested'],
      warnings: [...told, ...warnings],
      lanes,
    };
    const stored = await store.tasks.create(task, (others) => collisionRefusal(task, others));
    onChanged();
    // Nobody has reported of it yet, whether or not older reports are known.
    return this.viewWith(stored, NO_REPORTS);
  }

  async list(filter: Partial<TaskName> = {}): Promise<TaskView[]> {
    const { tableName, ...rest } = filter;
    const problem = textProblem(rest.source ?? '');
    if (problem !== null) {
      throw invalidArgument([{ field: 'source', problem, remedy: TASK_REMEDIES['source'] ?? '' }]);
    }
    const canonical = tableName === undefined ? {} : { tableName: canonicalName(tableName) };
    const tasks = await this.options.store.tasks.list({ ...rest, ...canonical });
    return Promise.all(tasks.map((task) => this.view(task)));
  }

  async get(name: TaskName): Promise<TaskView> {
    return this.view(await this.find(name));
  }

  async pause(name: TaskName): Promise<TaskView> {
    return this.change(name, { from: ['active'], to: 'paused' });
  }

  async resume(name: TaskName): Promise<TaskView> {
    return this.change(name, { from: ['paused'], to: 'active' });
  }

  /** Changes a running task: all of what is asked for, or nothing. */
  async update(name: TaskName, body: unknown, ifMatch?: string): Promise<TaskView> {
    const { task, isNew } = await this.updater.update(() => this.find(name), body, ifMatch);
    if (isNew) this.options.onChanged();
    return this.view(task);
  }

  /** Starts the end of a task; asking again while it ends changes nothing. */
  async remove(name: TaskName): Promise<void> {
    const task = await this.find(name);
    if (task.state === 'deleting') return;
    const refusal = deletionRefusal({ ...task, reports: this.options.statuses.of(task) });
    if (refusal !== null) throw new DeliveryError('TASK_INITIALIZING', refusal);
    const { store, onChanged } = this.options;
    await store.tasks.changeState(task.taskId, ['active', 'paused', 'finished'], 'deleting');
    onChanged();
  }

  async objects(name: TaskName, page: { limit: number; before?: string }): Promise<ObjectsPage> {
    const { taskId } = await this.find(name);
    return this.options.store.ledger.objects(taskId, { ...page, state: 'visible' });
  }

  /** The newest first. */
  async dirtyFields(name: TaskName, limit: number): Promise<readonly DirtyFieldView[]> {
    return this.options.dirty.list(await this.find(name), limit);
  }

  async statement(name: TaskName, engine: Engine): Promise<string> {
    return externalTableStatement(engine, await this.find(name));
  }

  private read(body: unknown): TaskRequest {
    try {
      const request = readRequest(taskRequestBy[this.options.taskNames], body, TASK_REMEDIES);
      const problems = prefixProblems(request);
      if (problems.length > 0) throw invalidArgument(problems);
      return request;
    } catch (error) {
      if (!isDeliveryError(error)) throw error;
      // A prefix is judged beside the other fields, not only once they are right.
      const named = new Set(error.fields.map(({ field }) => field));
      const rest = prefixOf(body).filter(({ field }) => !named.has(field));
      throw invalidArgument([...error.fields, ...rest]);
    }
  }

  private async describe(source: StoredSource, tableName: string): Promise<TableDescription> {
    try {
      return await this.options.inspection.table(source, canonicalName(tableName));
    } catch (error) {
      if (!isDeliveryError(error) || error.code !== 'NOT_FOUND') throw error;
      const remedy = `GET /v1/sources/${source.name}/tables lists them.`;
      throw invalidArgument([{ field: 'tableName', problem: error.message, remedy }]);
    }
  }

  /** @throws DeliveryError PREFLIGHT_REFUSED with every finding that stands against the task */
  private async preflight(
    source: StoredSource,
    { table }: TableDescription,
    columns: readonly string[],
  ): Promise<readonly Finding[]> {
    const findings = await this.options.inspection.check(source, { table, columns });
    const refused = findings.filter(({ level }) => level === 'refuse');
    if (refused.length === 0) return findings;
    const fields = refused.map(({ code, column, message, remedy }) => ({
      field: column === null ? 'tableName' : `tableName.${column}`,
      problem: `${code}: ${message}`,
      remedy,
    }));
    const list = refused.map(({ message }) => message).join(' ');
    throw new DeliveryError('PREFLIGHT_REFUSED', list, { fields });
  }

  private async find(name: TaskName): Promise<StoredTask> {
    const tableName = canonicalName(name.tableName);
    // No task has a name that the store could not be asked for.
    const isName = [name.source, name.taskName].every((text) => textProblem(text) === null);
    const task = isName ? await this.options.store.tasks.find({ ...name, tableName }) : undefined;
    if (task !== undefined) return task;
    const what = `${name.taskName} of table ${tableName} of source ${name.source}`;
    throw new DeliveryError('NOT_FOUND', `there is no task ${what}`);
  }

  /** To the state itself from itself is fine: nothing changes. */
  private async change(
    name: TaskName,
    move: { from: readonly ['active'] | readonly ['paused']; to: 'active' | 'paused' },
  ): Promise<TaskView> {
    const { store, onChanged } = this.options;
    const task = await this.find(name);
    // Nothing is changed while the answer could not be told.
    this.options.statuses.of(task);
    const changed = await store.tasks.changeState(task.taskId, move.from, move.to);
    if (changed !== undefined) {
      onChanged();
      return this.view(changed);
    }
    const now = await this.find(name);
    if (now.state === move.to) return this.view(now);
    const message = `the task is ${now.state}: it must be ${move.from.join(' or ')} to become ${move.to}`;
    throw new DeliveryError('FAILED_PRECONDITION', message);
  }

  private view(task: StoredTask): Promise<TaskView> {
    return this.viewWith(task, this.options.statuses.of(task));
  }

  private async viewWith(task: StoredTask, reports: TaskReports): Promise<TaskView> {
    const { store, clock } = this.options;
    const totals = await store.ledger.totals(task.taskId);
    return toTaskView(task, { reports, totals, nowMs: clock.now() });
  }
}

function canonicalName(tableName: string): string {
  return formatTableName(parseTableName(tableName));
}

/** What is wrong with the prefix of a request whose other fields may be wrong too. */
function prefixOf(body: unknown): ReturnType<typeof prefixProblems> {
  const { taskName, taskConfig } = Object(body) as { taskName?: unknown; taskConfig?: unknown };
  const { ossPrefix, ossDirtyPrefix } = Object(taskConfig) as Readonly<Record<string, unknown>>;
  if (typeof ossPrefix !== 'string') return [];
  const name = typeof taskName === 'string' ? taskName : '';
  const dirty = typeof ossDirtyPrefix === 'string' ? { ossDirtyPrefix } : {};
  return prefixProblems({ taskName: name, taskConfig: { ossPrefix, ...dirty } });
}

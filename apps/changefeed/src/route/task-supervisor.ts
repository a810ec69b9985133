import {
  PLAN_KEYS,
  PLAN_PARTITIONS,
  SOURCE_KEYS,
  planSchemaOf,
  sourceTopic,
  taskTopics,
  toStatusError,
  type DesiredTask,
  type RouteForm,
  type ScanPosition,
  type SourceRoute,
} from '@lakeferry/contracts';
import { isDeliveryError, type DeliveryError } from '@lakeferry/errors';
import type { TopicMessages } from '@lakeferry/kafka';
import { connectPostgres, describeTable, dropTables, type PgSession } from '@lakeferry/postgres';
import { SerialQueue, must, untilAborted } from '@lakeferry/runtime';
import { failpoint } from '@lakeferry/runtime/failpoint';
import { keyedRecord } from '../publish/keyed-record.js';
import { findPlan } from '../scan/find-plan.js';
import { scanTask } from '../scan/scan-task.js';
import type { SourceRuntimeOptions } from '../source/source-runtime.js';
import type { SourceNames } from '../source/source-start.js';
import type { StreamPublisher } from '../stream/stream-publisher.js';
import type { StreamSink } from '../stream/stream-sink.js';
import { prepareRoute } from './add-route.js';
import { changeSchema } from './change-schema.js';
import type { RouteChanges } from './route-changes.js';
import { checkRoutes, type SoundTable } from './route-guard.js';
import type { ActiveRoute, RouteTable } from './route-table.js';
import { withTableFacts } from './table-facts.js';
import { TaskReports } from './task-reports.js';
import { TaskRun, type TaskSteps } from './task-run.js';

export interface TaskSupervisorOptions {
  readonly source: string;
  readonly names: SourceNames;
  readonly runtime: SourceRuntimeOptions;
  readonly routes: RouteTable;
  readonly publisher: StreamPublisher;
  readonly sink: StreamSink;
  readonly changes: RouteChanges;
  readonly renewProducer: () => Promise<void>;
}

/** Brings every task of a source where its desired state wants it, each on its own. */
export class TaskSupervisor {
  private readonly runs = new Map<string, { run: TaskRun; done: Promise<void> }>();
  private readonly scanned = new Set<string>();
  /** Changes of the publication, each with the routes that it counts. */
  private readonly publishing = new SerialQueue();
  private readonly reports: TaskReports;

  constructor(private readonly options: TaskSupervisorOptions) {
    const { routes, runtime } = options;
    this.reports = new TaskReports({ ...runtime, routes });
  }

  /** Runs until the signal aborts; rejects only when a task's run ends by an error of ours. */
  async run(signal: AbortSignal): Promise<void> {
    const { desired } = this.options.runtime;
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    const start = (taskId: string) => this.notify(taskId, signal, failed.reject);
    const unsubscribe = desired.onChange(start);
    try {
      for (const task of desired.ofSource(this.options.source)) start(task.taskId);
      for (const { route } of this.options.routes.all()) start(route.task.taskId);
      await Promise.race([untilAborted(signal), failed.promise]);
    } finally {
      unsubscribe();
      await Promise.allSettled([...this.runs.values()].map(({ done }) => done));
    }
  }

  /** Whether the base of a task is still being scanned, or is not known to be scanned. */
  isScanning(taskId: string): boolean {
    const task = this.options.runtime.desired.get(taskId);
    return task?.taskType !== 'INC' && !this.scanned.has(taskId);
  }

  /** The table of a task no longer fits its route: durable with the next transaction. */
  haltNow(active: ActiveRoute, error: DeliveryError): void {
    void this.halt(active.route.task.taskId, error);
  }

  /** What the rows of a task become, durably. */
  formIs(taskId: string, form: RouteForm): void {
    this.reports.formIs(taskId, form);
  }

  /** Checks the routed tables on the source and reports every task. */
  async guard(session: PgSession): Promise<void> {
    const running = this.options.routes.all().filter(({ route }) => route.halted === null);
    const { publication } = this.options.names;
    const verdicts = await checkRoutes(
      session,
      publication,
      running.map(({ route }) => route),
    );
    for (const [taskId, verdict] of verdicts) {
      // A task that left meanwhile has said so: nothing may be told of it behind that.
      if (this.options.routes.get(taskId) === undefined) continue;
      if (verdict.kind === 'halt') await this.halt(taskId, verdict.error);
      else this.know(taskId, verdict);
    }
    this.reports.all();
  }

  private know(taskId: string, found: SoundTable): void {
    const active = this.options.routes.get(taskId);
    if (active === undefined) return;
    const { desired, clock } = this.options.runtime;
    this.reports.tableIs(taskId, found.table.table);
    const follow = desired.get(taskId)?.config.schemaChanges === 'follow';
    const route = withTableFacts(active.route, { ...found, follow, atMs: clock.now() });
    if (route !== active.route) this.apply(route);
  }

  private notify(taskId: string, signal: AbortSignal, onError: (error: unknown) => void): void {
    if (signal.aborted) return;
    const known = this.runs.get(taskId);
    if (known !== undefined) return known.run.notify();
    const task = this.options.runtime.desired.get(taskId);
    const routed = this.options.routes.get(taskId) !== undefined;
    if (!routed && task?.source !== this.options.source) return;
    const { clock, logger, desired } = this.options.runtime;
    const run = new TaskRun({
      desired: () => (desired.knows(taskId) ? desired.get(taskId) : this.routedTask(taskId)),
      route: () => this.options.routes.get(taskId)?.route,
      scanDone: () => this.scanned.has(taskId),
      steps: this.steps(taskId),
      clock,
      logger: logger.with({ taskId }),
    });
    const done = run.run(signal).then(
      () => void this.runs.delete(taskId),
      (error: unknown) => onError(error),
    );
    this.runs.set(taskId, { run, done });
  }

  /** A route whose task was not read yet stays as it is. */
  private routedTask(taskId: string): DesiredTask | null {
    return this.options.routes.get(taskId)?.route.task ?? null;
  }

  private steps(taskId: string): TaskSteps {
    return {
      addRoute: () => this.addRoute(taskId),
      findPlan: (signal) => this.findPlan(taskId, signal),
      scan: (signal) => this.scan(taskId, signal),
      changeSchema: (signal) => this.changeSchema(taskId, signal),
      removeRoute: () => this.removeRoute(taskId),
      reportOff: () => this.reports.off(taskId),
      halt: (error) => this.halt(taskId, error),
      trouble: (error) => this.reports.trouble(taskId, error),
    };
  }

  private async addRoute(taskId: string): Promise<void> {
    const task = must(
      this.options.runtime.desired.get(taskId),
      'a task is routed when it is known',
    );
    const topics = taskTopics(task.taskName, task.taskId);
    const route = await this.publishing.run(async () => {
      await using session = await this.connect('route');
      const prepared = await prepareRoute(session, task, this.options.names.publication);
      await failpoint('changefeed.after-publication');
      this.apply(prepared);
      return prepared;
    });
    await this.options.publisher.request([
      this.routeRecord(route),
      keyedRecord({
        topic: topics.plan,
        partition: PLAN_PARTITIONS.stream,
        key: PLAN_KEYS.schema(task.schemaVersion),
        value: planSchemaOf(task.schemaVersion, task.config),
      }),
    ]);
    await failpoint('changefeed.after-route');
    this.reports.on(taskId);
  }

  private async findPlan(taskId: string, signal: AbortSignal): Promise<void> {
    const { url, config, clock } = this.options.runtime;
    const active = must(this.options.routes.get(taskId), 'a plan is found for a route');
    this.reports.on(taskId);
    await using session = await this.connect('plan');
    const plan = await findPlan(
      {
        url,
        applicationName: this.applicationName('plan'),
        session,
        route: active.route,
        slot: this.options.names.slot,
        chunkPages: config.scanChunkPages,
        timeLimitMs: config.planSecondsMax * 1000,
        clock,
        onWaiting: (waitingFor) => this.reports.waiting(taskId, waitingFor),
      },
      signal,
    );
    const now = must(this.options.routes.get(taskId), 'a route stays while its plan is found');
    if (now.route.halted !== null) return;
    const route = { ...now.route, plan };
    const planned: TopicMessages = keyedRecord({
      topic: active.topics.plan,
      partition: PLAN_PARTITIONS.stream,
      key: PLAN_KEYS.plan,
      value: plan,
    });
    // In force at once: a halt that comes while this is committed must not take the plan back.
    this.apply(route);
    await this.options.publisher.request([this.routeRecord(route), planned]);
    this.reports.on(taskId);
  }

  private async scan(taskId: string, signal: AbortSignal): Promise<void> {
    const { routes, runtime } = this.options;
    const active = must(routes.get(taskId), 'a scan belongs to a route');
    const onProgress = (position: ScanPosition) => this.reports.scan(taskId, position);
    const connect = (part: string) => this.connect(part);
    const done = await scanTask({ active, runtime, connect, onProgress }, signal);
    if (done) this.scanned.add(taskId);
  }

  private async changeSchema(taskId: string, signal: AbortSignal): Promise<void> {
    const { routes, runtime, sink, changes } = this.options;
    const { route } = must(routes.get(taskId), 'a schema changes on a route');
    const task = must(runtime.desired.get(taskId), 'a wish is known');
    await using session = await this.connect('route');
    const { clock } = runtime;
    await changeSchema({ route, task, session, sink, changes, clock }, signal);
    this.reports.on(taskId);
  }

  /** Rule 5: route off and acknowledged, then a producer that does not know the topics any more. */
  private async removeRoute(taskId: string): Promise<void> {
    const { routes, publisher, sink, renewProducer, runtime } = this.options;
    const { route } = must(routes.get(taskId), 'a route is there to be removed');
    routes.delete(taskId);
    sink.routesChanged(route.tableOid);
    runtime.heldBytes.forget(taskId);
    const key = SOURCE_KEYS.route(taskId);
    const topic = sourceTopic(this.options.source);
    await publisher.request(
      [keyedRecord({ topic, partition: 0, key, value: null })],
      renewProducer,
    );
    await failpoint('changefeed.after-route-off');
    await this.publishing.run(() => this.unpublish(route.tableOid));
    this.reports.off(taskId);
  }

  /** Takes a table out of the publication that no task wants any more. */
  private async unpublish(tableOid: number): Promise<void> {
    if (this.options.routes.ofTable(tableOid).length > 0) return;
    await using session = await this.connect('route');
    const table = await describeTable(session, tableOid);
    if (table === null) return;
    const { publication } = this.options.names;
    await dropTables(session, { publication, tables: [table] });
  }

  private async halt(taskId: string, error: unknown): Promise<void> {
    const { routes, publisher, runtime } = this.options;
    const status = toStatusError(error, runtime.clock.now());
    this.reports.trouble(taskId, error);
    const active = routes.get(taskId);
    if (active === undefined || active.route.halted !== null) return;
    runtime.logger.error('task halted', { taskId, code: status.code, err: error });
    const { code, message, since } = status;
    const halted = { code, message, since };
    const route = { ...active.route, halted };
    this.apply(route);
    try {
      await publisher.request([this.routeRecord(route)]);
    } catch (failure) {
      if (!isDeliveryError(failure)) throw failure;
    }
  }

  private apply(route: SourceRoute): void {
    const { routes, sink, runtime } = this.options;
    const { topics } = routes.set(route);
    sink.routesChanged(route.tableOid);
    const { taskId, taskName } = route.task;
    runtime.heldBytes.track(taskId, taskName, [topics.base, topics.rows]);
  }

  private routeRecord(route: SourceRoute): TopicMessages {
    const key = SOURCE_KEYS.route(route.task.taskId);
    const topic = sourceTopic(this.options.source);
    return keyedRecord({ topic, partition: 0, key, value: route });
  }

  private applicationName(part: string): string {
    return `${this.options.runtime.config.installation} ${this.options.source} ${part}`;
  }

  private async connect(part: string): Promise<PgSession & AsyncDisposable> {
    const session = await connectPostgres({
      url: this.options.runtime.url.reveal(),
      applicationName: this.applicationName(part),
    });
    return Object.assign(session, { [Symbol.asyncDispose]: () => session.close() });
  }
}

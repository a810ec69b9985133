import {
  formatLsn,
  parseLsn,
  toStatusError,
  type RouteForm,
  type RouteStatus,
  type ScanPosition,
  type ScanStatus,
  type SourceRoute,
  type StatusError,
} from '@lakeferry/contracts';
import type { StatusReporter } from '@lakeferry/kafka';
import type { Clock } from '@lakeferry/runtime';
import type { HeldBytes } from '../publish/held-bytes.js';
import { laneCountNow, widestLaneCount } from './lane-table.js';
import { formOf } from './route-form.js';
import type { RouteTable } from './route-table.js';

export interface TaskReportsOptions {
  readonly routes: RouteTable;
  readonly status: StatusReporter;
  readonly heldBytes: HeldBytes;
  readonly clock: Clock;
}

function lanesOf({ lanes, openings }: SourceRoute): NonNullable<RouteStatus['lanes']> {
  return { count: laneCountNow(lanes), opened: widestLaneCount({ lanes, openings }) };
}

/** What the changefeed says of its tasks on `lakeferry.status`. */
export class TaskReports {
  private readonly waitingFor = new Map<string, string>();
  private readonly tables = new Map<string, string>();
  private readonly forms = new Map<string, RouteForm>();
  private readonly errors = new Map<string, StatusError>();
  private readonly scansFrom = new Map<string, NonNullable<ScanStatus['from']>>();

  constructor(private readonly options: TaskReportsOptions) {}

  /** The route is durable. */
  on(taskId: string): void {
    this.route(taskId, 'on');
  }

  /** No producer of ours knows the task's topics any more. */
  off(taskId: string): void {
    this.errors.delete(taskId);
    this.waitingFor.delete(taskId);
    this.tables.delete(taskId);
    this.forms.delete(taskId);
    this.scansFrom.delete(taskId);
    this.route(taskId, 'off');
  }

  waiting(taskId: string, waitingFor: string | null): void {
    if (waitingFor === null) this.waitingFor.delete(taskId);
    else this.waitingFor.set(taskId, waitingFor);
    this.route(taskId, 'on');
  }

  /** An error that is waited for or halts the task; null when it is over. */
  trouble(taskId: string, error: unknown): void {
    if (error === null) this.errors.delete(taskId);
    else {
      const status = toStatusError(error, this.options.clock.now());
      const known = this.errors.get(taskId);
      const since = known?.code === status.code ? known.since : status.since;
      this.errors.set(taskId, { ...status, since });
    }
    this.route(taskId, this.options.routes.get(taskId) === undefined ? 'pending' : 'on');
  }

  scan(taskId: string, position: ScanPosition): void {
    const active = this.options.routes.get(taskId);
    if (active?.route.plan == null) return;
    const { plan } = active.route;
    const pagesTotal = plan.leaves.reduce((sum, leaf) => sum + leaf.pages, 0);
    const pagesDone =
      position.end === null ? Math.min(pagesTotal, position.chunk * plan.chunkPages) : pagesTotal;
    const at = new Date(this.options.clock.now()).toISOString();
    const from = this.scansFrom.get(taskId) ?? { at, pagesDone };
    this.scansFrom.set(taskId, from);
    this.options.status.report({
      kind: 'scan',
      taskId,
      state: position.end === null ? 'running' : 'done',
      pagesTotal,
      pagesDone,
      from,
      rows: position.rows,
      bytes: position.bytes,
      end: position.end,
      error: null,
    });
  }

  /** What the rows of a task become, durably. */
  formIs(taskId: string, form: RouteForm): void {
    this.forms.set(taskId, form);
  }

  /** What the table of a task is called now. */
  tableIs(taskId: string, table: string): void {
    this.tables.set(taskId, table);
  }

  /** Every routed task, with its counts. */
  all(): void {
    for (const { route } of this.options.routes.all()) this.route(route.task.taskId, 'on');
  }

  /** Of what a task's rows become, what is durable; of what is told of its table, everything. */
  private formFacts(
    route: SourceRoute,
  ): Pick<RouteStatus, 'version' | 'revision' | 'notes' | 'changes'> {
    const { version, revision, changes } = this.forms.get(route.task.taskId) ?? formOf(route);
    return { version, revision, changes, notes: formOf(route).notes };
  }

  private route(taskId: string, state: RouteStatus['state']): void {
    const active = this.options.routes.get(taskId);
    const halted = active?.route.halted ?? null;
    const c = active?.route.plan?.c ?? null;
    this.options.status.report({
      kind: 'route',
      taskId,
      state,
      c: c === null ? null : formatLsn(parseLsn(c)),
      waitingFor: this.waitingFor.get(taskId) ?? null,
      rows: active?.rows ?? 0,
      bytes: active?.bytes ?? 0,
      table: this.tables.get(taskId) ?? null,
      ...(active === undefined
        ? {}
        : { lanes: lanesOf(active.route), ...this.formFacts(active.route) }),
      bytesHeld: this.options.heldBytes.bytesOf(taskId),
      unchangedToast: active?.unchangedToast ?? 0,
      error:
        this.errors.get(taskId) ??
        (halted === null ? null : { ...halted, remedy: null, action: 'halt' as const }),
    });
  }
}

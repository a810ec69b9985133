import { desiredTask, type DesiredTask } from '@lakeferry/contracts';
import type { Logger } from '@lakeferry/observability';
import { decideTask } from './decide-task.js';

/** A task that is run; `TaskRun` is the real one. */
export interface RunningTask {
  update(task: DesiredTask): void;
  stop(): Promise<void>;
}

/** The tasks of the installation, each run as its desired state says. */
export class TaskSet {
  private readonly runs = new Map<string, RunningTask>();
  private readonly stopping = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly start: (task: DesiredTask) => RunningTask,
    private readonly logger: Logger,
    private readonly onReleased: (taskId: string) => void,
  ) {}

  /** Takes a record of `lakeferry.tasks`. */
  take(taskId: string, value: string | null): void {
    if (this.closed) return;
    const task = this.parse(taskId, value);
    if (task === undefined) return;
    const run = this.runs.get(taskId);
    const decision = decideTask(task);
    if (decision === 'run' && task !== null) {
      if (run === undefined) this.runs.set(taskId, this.start(task));
      else run.update(task);
    } else if (run !== undefined) {
      this.runs.delete(taskId);
      this.release(run, taskId);
    }
  }

  /** Stops all tasks. */
  async close(): Promise<void> {
    this.closed = true;
    for (const [taskId, run] of this.runs) this.release(run, taskId);
    this.runs.clear();
    await Promise.all(this.stopping);
  }

  private release(run: RunningTask, taskId: string): void {
    const stopped = run
      .stop()
      .catch((error: unknown) => this.logger.warn('task did not stop well', { taskId, err: error }))
      .finally(() => {
        this.stopping.delete(stopped);
        this.onReleased(taskId);
      });
    this.stopping.add(stopped);
  }

  private parse(taskId: string, value: string | null): DesiredTask | null | undefined {
    if (value === null) return null;
    let json: unknown;
    try {
      json = JSON.parse(value);
    } catch {
      json = undefined;
    }
    const parsed = desiredTask.safeParse(json);
    if (parsed.success) return parsed.data;
    const detail = parsed.error.issues[0]?.path.join('.') ?? '';
    this.logger.error('a desired state is of no known form', { taskId, detail });
    return undefined;
  }
}

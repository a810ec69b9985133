import { desiredTask, type DesiredTask } from '@lakeferry/contracts';
import type { Logger } from '@lakeferry/observability';

/** The desired state of every task, as `lakeferry.tasks` tells it; null for one that is gone. */
export class DesiredTasks {
  private readonly tasks = new Map<string, DesiredTask | null>();
  private readonly listeners = new Set<(taskId: string) => void>();

  constructor(private readonly logger: Logger) {}

  /** One record of the topic. An unreadable one is reported and changes nothing. */
  apply(taskId: string, value: string | null): void {
    if (value === null) this.tasks.set(taskId, null);
    else {
      const parsed = desiredTask.safeParse(JSON.parse(value));
      if (!parsed.success) {
        this.logger.error('task record not understood', { taskId, code: 'CONTRACT_VIOLATION' });
        return;
      }
      this.tasks.set(taskId, parsed.data);
    }
    for (const listener of this.listeners) listener(taskId);
  }

  get(taskId: string): DesiredTask | null {
    return this.tasks.get(taskId) ?? null;
  }

  /** Whether anything is known of the task; what was not read yet is not gone. */
  knows(taskId: string): boolean {
    return this.tasks.has(taskId);
  }

  ofSource(source: string): DesiredTask[] {
    return [...this.tasks.values()].filter(
      (task) => task !== null && task.source === source,
    ) as DesiredTask[];
  }

  /** @returns a function that ends the subscription */
  onChange(listener: (taskId: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

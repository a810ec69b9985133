import { taskGroups, taskTopics, withColumnChanges } from '@lakeferry/contracts';
import { isDeliveryError } from '@lakeferry/errors';
import type { Topics } from '@lakeferry/kafka';
import type { Logger } from '@lakeferry/observability';
import { failpoint } from '@lakeferry/runtime/failpoint';
import type { StoredTask, TaskStore } from '@lakeferry/task-store';
import type { StatusBook } from '../status/status-book.js';
import { decideStep } from './decide-step.js';
import { taskTopicSpecs } from './topic-specs.js';

export interface ReconcilerOptions {
  readonly store: Pick<TaskStore, 'tasks'>;
  readonly topics: Topics;
  readonly statuses: StatusBook;
  readonly logger: Logger;
  readonly replicationFactor: number;
  /** Called after each change that waits in the outbox. */
  readonly onChanged: () => void;
}

/**
 * Leads every task to what is wanted of it. Topics are made before a task is published, and deleted
 * after its route is off and its lanes are released: a producer that remembers a deleted topic
 * fails at all others too.
 */
export class Reconciler {
  constructor(private readonly options: ReconcilerOptions) {}

  /** Takes each task one step further; a task that fails does not hold up the others. */
  async round(signal: AbortSignal): Promise<void> {
    for (const task of await this.options.store.tasks.list()) {
      if (signal.aborted) return;
      try {
        await this.step(task);
      } catch (err) {
        if (!isDeliveryError(err) || err.action === 'crash') throw err;
        const fields = { taskId: task.taskId, task: task.taskName, state: task.state, err };
        this.options.logger.warn('task could not be taken further', fields);
      }
    }
  }

  private async step(task: StoredTask): Promise<void> {
    const { store, statuses } = this.options;
    const step = decideStep(task, statuses.of(task));
    switch (step) {
      case 'wait':
        return;
      case 'create-topics':
        return this.createTopics(task);
      case 'fold-schema':
        return this.foldSchema(task);
      case 'finish':
        if ((await store.tasks.changeState(task.taskId, ['active'], 'finished')) === undefined)
          return;
        return this.changed('task finished', task);
      case 'release':
        return this.release(task);
      default:
        step satisfies never;
    }
  }

  /** From then on a change of the task builds on what the stream delivers. */
  private async foldSchema(task: StoredTask): Promise<void> {
    const { store, statuses } = this.options;
    const { version, changes } = statuses.of(task).route ?? {};
    if (version === undefined) return;
    const config = withColumnChanges(task.config, changes ?? [], task.schemaVersion);
    const folded = await store.tasks.foldSchema(task, { config, schemaVersion: version });
    if (folded !== undefined) this.changed('schema taken over', task);
  }

  private async createTopics(task: StoredTask): Promise<void> {
    const { store, topics, replicationFactor } = this.options;
    await topics.ensureTopics(taskTopicSpecs(task, replicationFactor));
    if ((await store.tasks.changeState(task.taskId, ['creating'], 'active')) === undefined) return;
    this.changed('task published', task);
  }

  private async release(task: StoredTask): Promise<void> {
    const { store, topics, statuses } = this.options;
    const groups = Object.values(taskGroups(task.taskName, task.taskId));
    const described = await topics.describeGroups(groups);
    if (described.some(({ members }) => members.length > 0)) return;
    await topics.deleteTopics(Object.values(taskTopics(task.taskName, task.taskId)));
    await failpoint('task-api.mid-deletion');
    await topics.deleteGroups(groups);
    await store.tasks.markDeleted(task.taskId, statuses.keysOf(task.taskId));
    this.changed('task deleted', task);
  }

  private changed(message: string, { taskId, taskName, source }: StoredTask): void {
    this.options.logger.info(message, { taskId, task: taskName, source });
    this.options.onChanged();
  }
}

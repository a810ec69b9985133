import { GLOBAL_TOPICS } from '@lakeferry/contracts';
import { TopicFollower, type FollowedRecord, type KafkaConnection } from '@lakeferry/kafka';
import type { Logger } from '@lakeferry/observability';
import type { TaskStore } from '@lakeferry/task-store';
import type { StatusBook } from './status-book.js';

export interface StatusFolderOptions {
  readonly kafka: KafkaConnection;
  readonly store: Pick<TaskStore, 'statuses'>;
  readonly book: StatusBook;
  readonly logger: Logger;
  /** Called after each report. */
  readonly onReport: () => void;
  readonly onCrash: (error: unknown) => void;
}

/** Folds `lakeferry.status` into the book, and the book into the database. */
export class StatusFolder {
  private readonly follower: TopicFollower;

  constructor(private readonly options: StatusFolderOptions) {
    const { kafka, onCrash } = options;
    this.follower = new TopicFollower({
      kafka,
      topic: GLOBAL_TOPICS.status,
      onRecord: (record) => this.fold(record),
      onCrash,
    });
  }

  /** Resolves when everything that was reported before is in the book. */
  async start(): Promise<void> {
    this.options.book.restore(await this.options.store.statuses.all());
    await this.follower.start();
    this.options.book.caughtUp();
  }

  async stop(): Promise<void> {
    await this.follower.stop();
  }

  /** Stores what changed since the last time. */
  async save(): Promise<void> {
    const { book, store } = this.options;
    const unsaved = new Map(book.takeUnsaved());
    try {
      for (const [key, record] of [...unsaved]) {
        await (record === null ? store.statuses.remove(key) : store.statuses.save(key, record));
        unsaved.delete(key);
      }
    } finally {
      book.putBack(unsaved.keys());
    }
  }

  private fold({ key, value, offset }: FollowedRecord): void {
    const { book, logger, onReport } = this.options;
    if (key === null) return;
    const subject = key.toString('utf8');
    if (book.fold(subject, value?.toString('utf8') ?? null) === 'taken') return onReport();
    logger.warn('status record is of an unknown form', { key: subject, offset: offset.toString() });
  }
}

import type { KafkaConnection } from '@lakeferry/kafka';
import { metrics, type Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';

export interface HeldBytesOptions {
  readonly kafka: KafkaConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly taskBytesMax: number;
  readonly installationBytesMax: number;
  readonly everyMs: number;
}

interface HeldTask {
  readonly taskName: string;
  readonly topics: readonly string[];
  bytes: number;
  /** Bytes published per record, over everything published since the process started. */
  records: number;
  published: number;
}

/** What a record of a former process takes, until this one has published some itself. */
const RECORD_BYTES_ASSUMED = 16 * 1024;

/**
 * Estimates the bytes that Kafka holds of each task (records between the low and high watermarks,
 * times the mean size of those that were published), and says when scans or the stream must wait.
 */
export class HeldBytes {
  private readonly tasks = new Map<string, HeldTask>();
  private total = 0;

  constructor(private readonly options: HeldBytesOptions) {}

  /** Nothing more may come in at all until something is delivered. */
  get isInstallationFull(): boolean {
    return this.total > this.options.installationBytesMax;
  }

  track(taskId: string, taskName: string, topics: readonly string[]): void {
    if (this.tasks.has(taskId)) return;
    this.tasks.set(taskId, { taskName, topics, bytes: 0, records: 0, published: 0 });
  }

  forget(taskId: string): void {
    this.tasks.delete(taskId);
  }

  published(taskId: string, records: number, bytes: number): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    task.records += records;
    task.published += bytes;
  }

  bytesOf(taskId: string): number {
    return this.tasks.get(taskId)?.bytes ?? 0;
  }

  /** Resolves when the scan of a task may publish more. */
  async untilScanMayGoOn(taskId: string, signal: AbortSignal): Promise<void> {
    const { clock, taskBytesMax, installationBytesMax, everyMs } = this.options;
    while (
      !signal.aborted &&
      (this.bytesOf(taskId) > taskBytesMax || this.total > installationBytesMax)
    ) {
      await clock.sleep(everyMs, signal);
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const task of this.tasks.values()) await this.measure(task);
      this.total = [...this.tasks.values()].reduce((sum, task) => sum + task.bytes, 0);
      await this.options.clock.sleep(this.options.everyMs, signal);
    }
  }

  private async measure(task: HeldTask): Promise<void> {
    try {
      let records = 0;
      for (const topic of task.topics) {
        for (const { low, high } of (await this.options.kafka.topics.watermarks(topic)).values()) {
          records += Number(high - low);
        }
      }
      const mean = task.records === 0 ? RECORD_BYTES_ASSUMED : task.published / task.records;
      task.bytes = Math.round(records * mean);
      metrics.heldBytes.set({ task: task.taskName }, task.bytes);
    } catch (error) {
      this.options.logger.debug('held bytes not known', { task: task.taskName, err: error });
    }
  }
}

import { statusKey, type StatusRecord } from '@lakeferry/contracts';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import type { KeyedRecord } from './record-publisher.js';

export interface StatusReporterOptions {
  readonly publish: (records: readonly KeyedRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shortest time between two reports of one subject. */
  readonly everyMs: number;
}

/**
 * Reports on `lakeferry.status`, each subject at a bounded rate: its newest report always gets there,
 * older ones may be left out. What can't be published is tried again with the next.
 */
export class StatusReporter {
  private readonly waiting = new Map<string, StatusRecord>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: StatusReporterOptions) {}

  start(): void {
    this.running = this.run();
  }

  report(status: StatusRecord): void {
    this.waiting.set(statusKey(status), status);
  }

  /** Publishes what waits, once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.flush();
      await this.options.clock.sleep(this.options.everyMs, signal);
    }
    await this.flush();
  }

  private async flush(): Promise<void> {
    const reports = [...this.waiting];
    if (reports.length === 0) return;
    try {
      const records = reports.map(([key, status]) => ({ key, value: JSON.stringify(status) }));
      await this.options.publish(records);
      for (const [key, status] of reports) {
        if (this.waiting.get(key) === status) this.waiting.delete(key);
      }
    } catch (error) {
      this.options.logger.warn('status can not be reported', { err: error });
    }
  }
}

import { statusKey, type EncoderStatus, type StatusError } from '@lakeferry/contracts';
import type { DeliveryError } from '@lakeferry/errors';
import type { KeyedRecord } from '@lakeferry/kafka';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';

const REPORT_MS = 1_000;

export interface StatusReporterOptions {
  readonly publish: (records: readonly KeyedRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Reports lanes on `lakeferry.status`, each at most once a second: the newest report of a lane always
 * gets there, older ones may be left out. What can't be published is tried again with the next.
 */
export class StatusReporter {
  private readonly waiting = new Map<string, EncoderStatus>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: StatusReporterOptions) {}

  start(): void {
    this.running = this.run();
  }

  report(status: EncoderStatus): void {
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
      await this.options.clock.sleep(REPORT_MS, signal);
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

/** An error in the form that status shows. */
export function toStatusError(error: DeliveryError, sinceMs: number): StatusError {
  const { code, message, remedy, action } = error;
  const shown = action === 'retry' || action === 'hold' ? action : 'halt';
  return { code, message, remedy, action: shown, since: new Date(sinceMs).toISOString() };
}

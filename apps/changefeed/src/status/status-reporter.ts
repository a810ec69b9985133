import {
  GLOBAL_TOPICS,
  statusKey,
  type StatusError,
  type StatusRecord,
} from '@lakeferry/contracts';
import { isDeliveryError, type DeliveryError } from '@lakeferry/errors';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';

export interface StatusReporterOptions {
  readonly publish: (record: { topic: string; key: string; value: string }) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shortest time between two reports of one subject. */
  readonly everyMs: number;
}

/**
 * Reports what the service sees on `lakeferry.status`: the newest record of a subject always gets
 * there, older ones may be left out. A report that fails is tried again with the next one.
 */
export class StatusReporter {
  private readonly waiting = new Map<string, StatusRecord>();

  constructor(private readonly options: StatusReporterOptions) {}

  report(record: StatusRecord): void {
    this.waiting.set(statusKey(record), record);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.flush();
      await this.options.clock.sleep(this.options.everyMs, signal);
    }
    await this.flush();
  }

  private async flush(): Promise<void> {
    for (const [key, record] of this.waiting) {
      try {
        const value = JSON.stringify(record);
        await this.options.publish({ topic: GLOBAL_TOPICS.status, key, value });
        if (this.waiting.get(key) === record) this.waiting.delete(key);
      } catch (error) {
        this.options.logger.warn('status report failed', { key, err: error });
        return;
      }
    }
  }
}

/** An error in the form that status shows; null for one that is over. */
export function toStatusError(error: unknown, since: string): StatusError {
  const known: DeliveryError | null = isDeliveryError(error) ? error : null;
  const action = known?.action ?? 'halt';
  return {
    code: known?.code ?? 'INVARIANT_BROKEN',
    message: known?.message ?? 'an unexpected error; see the log of the service',
    remedy: known?.remedy ?? null,
    action: action === 'retry' || action === 'hold' ? action : 'halt',
    since,
  };
}

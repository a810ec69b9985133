import { isDeliveryError } from '@lakeferry/errors';
import type { Logger } from '@lakeferry/observability';
import { serviceLoop, systemClock } from '@lakeferry/runtime';

export interface WakeableLoopOptions {
  readonly name: string;
  readonly logger: Logger;
  /** Longest wait between two rounds. */
  readonly everyMs: number;
  readonly round: (signal: AbortSignal) => Promise<void>;
  readonly onCrash: (error: unknown) => void;
}

/** Runs rounds of one thing, one after the other: at least every so often, and at once when woken. */
export class WakeableLoop {
  private readonly stopping = new AbortController();
  private sleeping = new AbortController();
  private isWoken = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: WakeableLoopOptions) {}

  start(): void {
    const { logger, name, onCrash } = this.options;
    this.running = serviceLoop((signal) => this.rounds(signal), {
      signal: this.stopping.signal,
      retry: { firstMs: 200, maxMs: 10_000, factor: 2 },
      holdMs: 10_000,
      onFailure: ({ error, attempt, waitMs }) => {
        const code = isDeliveryError(error) ? error.code : undefined;
        logger.warn('round failed', { component: name, attempt, waitMs, code, err: error });
      },
    }).catch(onCrash);
  }

  /** The next round starts at once, or right after the one that runs. */
  wake(): void {
    this.isWoken = true;
    this.sleeping.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.sleeping.abort();
    await this.running;
  }

  private async rounds(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.isWoken = false;
      await this.options.round(signal);
      if (this.isWoken || signal.aborted) continue;
      this.sleeping = new AbortController();
      await systemClock.sleep(this.options.everyMs, this.sleeping.signal);
    }
  }
}

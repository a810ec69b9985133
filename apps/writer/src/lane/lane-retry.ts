import { isDeliveryError } from '@lakeferry/errors';
import { metrics, type LogFields, type Logger } from '@lakeferry/observability';
import { serviceLoop, type Clock, type LoopFailure } from '@lakeferry/runtime';
import type { LaneReporter } from '../commit/lane-reporter.js';

interface LaneRetryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reporter: LaneReporter;
  readonly holdMs: number;
  readonly signal: AbortSignal;
  /** Of the lane, in every line. */
  readonly names: LogFields;
  /** An error that no repetition mends. */
  readonly onEnd: (error: unknown) => void;
}

/** With the time that a silent store is given, recovery stays well below half a minute. */
const RETRY = { firstMs: 100, maxMs: 5_000, factor: 2 } as const;

/** Repeats what a lane does until it is done or the lane ends, and tells what it waits for. */
export class LaneRetry {
  readonly #options: LaneRetryOptions;

  constructor(options: LaneRetryOptions) {
    this.#options = options;
  }

  /**
   * @param what the thing that is done: its failures count together in status
   * @returns whether it was done; if not the lane has ended
   */
  async run(what: string, work: () => Promise<void>): Promise<boolean> {
    const { clock, holdMs, reporter, signal, onEnd } = this.#options;
    let done = false;
    const once = async () => {
      await work();
      done = true;
    };
    const onFailure = (failure: LoopFailure) => this.#failed(what, failure);
    try {
      await serviceLoop(once, { signal, retry: RETRY, holdMs, onFailure, clock });
      if (done) reporter.recovered(what);
    } catch (error) {
      onEnd(error);
    }
    return done && !signal.aborted;
  }

  #failed(what: string, failure: LoopFailure): void {
    const { error, action, attempt, waitMs } = failure;
    const { clock, reporter, logger, names } = this.#options;
    const code = isDeliveryError(error) ? error.code : 'UNKNOWN';
    metrics.retries.inc({ component: 'writer', code });
    const fields = { ...names, fileId: what, code, attempt, waitMs, err: error };
    if (action === 'retry' && waitMs < 1_000) logger.info('delivery is tried again', fields);
    else if (action === 'retry' || action === 'hold') {
      logger.warn('delivery waits and is tried again', fields);
    } else logger.error('delivery of the lane stops', fields);
    reporter.failed(what, { error, action, attempt, at: new Date(clock.now()).toISOString() });
  }
}

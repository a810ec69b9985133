import { statusKey, type StatusError, type WriterStatus } from '@lakeferry/contracts';
import { metrics, type Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import type { BucketLedger, DeliveryLedger } from './delivery-ledger.js';
import { decideStatusError, worstOf, type Failure } from './lane-report.js';
import { lossOf, redeliveryOf } from './redelivery-report.js';

/** Where statuses go: a record per key, in the order of the calls. */
export interface StatusPublisher {
  publish(topic: string, records: readonly { key: string; value: string }[]): Promise<void>;
}

interface LaneReporterOptions {
  readonly taskId: string;
  readonly taskName: string;
  readonly lane: number;
  readonly destination: string;
  readonly ledger: Pick<DeliveryLedger, 'laneState'>;
  readonly bucketLedger: Pick<BucketLedger, 'of'>;
  readonly publisher: StatusPublisher;
  readonly statusTopic: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const INTERVAL_MS = 500;
const RETRY_MS = 2_000;

/**
 * Tells how far a lane is delivered and what it waits for. What it tells is read from the ledger,
 * where positions only grow: a writer that lost its lane repeats the truth. At most two records a
 * second; the newest state is always told in the end.
 */
export class LaneReporter {
  readonly #options: LaneReporterOptions;
  readonly #errors = new Map<string, StatusError>();
  #ending = new AbortController();
  #wanted = false;
  #running: Promise<void> | undefined;

  constructor(options: LaneReporterOptions) {
    this.#options = options;
  }

  /** Something changed, or ought to be told again. */
  report(): void {
    if (this.#ending.signal.aborted) this.#ending = new AbortController();
    this.#wanted = true;
    this.#running ??= this.#run(this.#ending.signal).finally(() => {
      this.#running = undefined;
      if (this.#wanted && !this.#ending.signal.aborted) this.report();
    });
  }

  /** @param what the thing that failed: its failures count together, and end together */
  failed(what: string, failure: Failure): void {
    const status = decideStatusError(failure, this.#errors.get(what));
    if (status === null) return;
    this.#errors.set(what, status);
    this.report();
  }

  recovered(what: string): void {
    if (this.#errors.delete(what)) this.report();
  }

  /** The lane is somebody else's, or starts anew: its failures are forgotten and nothing is told. */
  async quiet(): Promise<void> {
    this.#wanted = false;
    this.#errors.clear();
    this.#ending.abort();
    await this.#running;
  }

  /** Resolves when what was asked to be told is told, or can't be. */
  async flush(): Promise<void> {
    if (this.#wanted && !this.#ending.signal.aborted) await this.#send().catch(() => undefined);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, logger, lane } = this.#options;
    while (this.#wanted && !signal.aborted) {
      let waitMs = INTERVAL_MS;
      try {
        await this.#send();
      } catch (err) {
        this.#wanted = true;
        waitMs = RETRY_MS;
        logger.warn('status not told', { lane, err });
      }
      await clock.sleep(waitMs, signal);
    }
  }

  async #send(): Promise<void> {
    const { taskId, taskName, lane, destination, publisher, statusTopic, clock } = this.#options;
    this.#wanted = false;
    const state = await this.#options.ledger.laneState(taskId, lane);
    const bucket = await this.#options.bucketLedger.of({ taskId, lane, destination });
    const status: WriterStatus = {
      kind: 'writer',
      taskId,
      lane,
      baseVisible: state?.baseVisible ?? false,
      deliveredLsn: state?.deliveredLsn ?? null,
      deliveredAt: state?.deliveredAt ?? null,
      openings: [...(state?.openings ?? [])],
      redelivery: redeliveryOf(bucket),
      error: worstOf(this.#errors.values()) ?? lossOf(bucket),
    };
    const record = { key: statusKey(status), value: JSON.stringify(status) };
    await publisher.publish(statusTopic, [record]);
    if (status.deliveredAt === null) return;
    const age = (clock.now() - Date.parse(status.deliveredAt)) / 1000;
    metrics.lagSeconds.set({ stage: 'writer', task: taskName, lane: String(lane) }, age);
  }
}

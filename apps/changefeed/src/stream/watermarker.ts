import { formatLsn } from '@lakeferry/contracts';
import { forceFlush, readWalPosition, type PgSession } from '@lakeferry/postgres';
import type { Clock } from '@lakeferry/runtime';

/**
 * Commit times are not monotone in LSN: a transaction takes its commit time shortly before its commit
 * record gets its place. A watermark's time stays that far behind the clock.
 */
export const COMMIT_TIME_MARGIN_MS = 1000;

/** How long the stream may take to pass a position before the source is asked to flush its WAL. */
const FLUSH_AFTER_MS = 1000;

interface Target {
  readonly lsn: bigint;
  readonly at: string;
  readonly askedAt: number;
}

export interface WatermarkerOptions {
  readonly session: PgSession;
  readonly clock: Clock;
  readonly everyMs: number;
  /** Position that the stream has passed. */
  readonly passedLsn: () => bigint;
  /** Asks the server how far the stream is. */
  readonly requestReply: () => void;
  /**
   * Runs between the reading of a target and its use: what was true of the source at the target is
   * known to be true, or the tasks it is not true of get no watermark any more.
   */
  readonly check: () => Promise<void>;
  /** The stream has passed the target: everything committed below `lsn`, and before `at`, was seen. */
  readonly onWatermark: (watermark: { lsn: bigint; at: string }) => void;
}

/** The time of a watermark for a clock reading of the source. Pure. */
export function watermarkTime(clockReading: string): string {
  return new Date(Date.parse(clockReading) - COMMIT_TIME_MARGIN_MS).toISOString();
}

/**
 * Finds points that the stream has passed (rule 15): reads the source's clock, then its WAL insert
 * LSN, and emits that time once the stream has passed that LSN; on an idle source too.
 */
export class Watermarker {
  private target: Target | null = null;

  constructor(private readonly options: WatermarkerOptions) {}

  /** Called whenever the stream has moved. */
  passed(): void {
    if (this.target === null || this.options.passedLsn() < this.target.lsn) return;
    const { lsn, at } = this.target;
    this.target = null;
    this.options.onWatermark({ lsn, at });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs, session } = this.options;
    while (!signal.aborted) {
      if (this.target === null) {
        const { insertLsn, at } = await readWalPosition(session);
        await this.options.check();
        this.target = { lsn: insertLsn, at: watermarkTime(at), askedAt: clock.now() };
      } else if (clock.now() - this.target.askedAt > FLUSH_AFTER_MS) {
        await forceFlush(session);
      }
      this.passed();
      if (this.target !== null) this.options.requestReply();
      await clock.sleep(everyMs, signal);
    }
  }
}

/** A control record's form of a watermark. */
export function watermarkRecord(watermark: { lsn: bigint; at: string }) {
  return {
    control: 'watermark' as const,
    lsn: formatLsn(watermark.lsn),
    at: watermark.at,
  };
}

import { statusRecord } from '@lakeferry/contracts';
import type { Logger } from '@lakeferry/observability';
import { ChangeSignal } from './change-signal.js';

const WRITER_KEY = /^[^/]+\/writer\/\d+$/;

/** Which lanes have their whole base in visible objects, as their writers report it. */
export class BarrierBoard {
  private readonly changed = new ChangeSignal();
  private readonly visible = new Map<string, Set<number>>();

  constructor(private readonly logger: Logger) {}

  /** Takes a record of `lakeferry.status`. */
  take(key: string, value: string | null): void {
    if (value === null || !WRITER_KEY.test(key)) return;
    let json: unknown;
    try {
      json = JSON.parse(value);
    } catch {
      json = undefined;
    }
    const parsed = statusRecord.safeParse(json);
    if (!parsed.success || parsed.data.kind !== 'writer') {
      this.logger.warn('a status is of no known form', { key });
      return;
    }
    const { taskId, lane, baseVisible } = parsed.data;
    if (!baseVisible) return;
    const lanes = this.visible.get(taskId) ?? new Set();
    this.visible.set(taskId, lanes.add(lane));
    this.changed.notify();
  }

  /** Resolves to whether the base of the lanes 0 to `lanes - 1` is visible: false if aborted before. */
  async whole(taskId: string, lanes: number, signal: AbortSignal): Promise<boolean> {
    const isWhole = () => {
      const seen = this.visible.get(taskId);
      for (let lane = 0; lane < lanes; lane++) if (seen?.has(lane) !== true) return undefined;
      return true;
    };
    return (await this.changed.until(isWhole, signal)) === true;
  }

  /** The task is gone. */
  forget(taskId: string): void {
    this.visible.delete(taskId);
  }
}

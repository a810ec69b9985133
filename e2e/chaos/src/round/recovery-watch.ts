import { setTimeout as sleep } from 'node:timers/promises';
import { parseWalPosition } from '@lakeferry/history';
import type { PlannedFault } from '../plan/round-plan.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { FaultAccount } from './recovery.js';
import { hasDelivered, type RoundTasks } from './round-tasks.js';

const EVERY_MS = 500;

/** Watches how long after the end of each fault all that was committed until then is delivered. */
export class RecoveryWatch {
  readonly accounts: FaultAccount[] = [];
  private readonly stopping = new AbortController();
  private readonly run: Promise<void>;

  constructor(
    private readonly system: ChaosSystem,
    private readonly tasks: RoundTasks,
    private readonly nowMs: () => number,
  ) {
    this.run = this.watch();
  }

  begin(planned: PlannedFault): FaultAccount {
    const account = {
      planned,
      beganMs: this.nowMs(),
      endedMs: null,
      lsn: null,
      recoveredMs: null,
      isMissed: false,
    };
    this.accounts.push(account);
    return account;
  }

  /** Waits until all faults are recovered from, for at most `msMax`. */
  async recovered(msMax: number): Promise<void> {
    const deadline = this.nowMs() + msMax;
    while (this.open().length > 0 && this.nowMs() < deadline) await sleep(EVERY_MS);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.run;
  }

  private open(): FaultAccount[] {
    return this.accounts.filter(({ recoveredMs }) => recoveredMs === null);
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const ended = this.open().filter(({ endedMs }) => endedMs !== null);
      if (ended.length > 0) await this.look(ended).catch(() => undefined);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(ended: readonly FaultAccount[]): Promise<void> {
    for (const account of ended) account.lsn ??= await this.position();
    const tasks = this.tasks.live.filter(({ planned }) => planned.ending?.kind !== 'halted');
    const views = await Promise.all(tasks.map((task) => this.tasks.describe(task)));
    const seenMs = this.nowMs();
    for (const account of ended) {
      const { lsn } = account;
      if (lsn === null) continue;
      const isWhole = tasks.every((task, at) => {
        const view = views[at];
        return view !== undefined && hasDelivered(task, view, lsn);
      });
      if (isWhole) account.recoveredMs = seenMs;
    }
  }

  private async position(): Promise<bigint> {
    return this.system.sql(async (client) => {
      const answer = await client.query<{ lsn: string }>(
        'SELECT pg_current_wal_insert_lsn()::text AS lsn',
      );
      return parseWalPosition(answer.rows[0]?.lsn ?? '');
    });
  }
}

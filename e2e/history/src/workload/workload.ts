import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.js';
import { NumberLine } from './number-line.js';
import { settleJournal } from './settle-journal.js';
import { DEFAULT_MIX, type WorkloadMix } from './transaction-plan.js';
import { tableStatements, type TableStatements, type WorkloadTable } from './workload-table.js';
import { WorkloadConnection } from './workload-connection.js';

export interface WorkloadOptions {
  readonly url: string;
  readonly table: WorkloadTable;
  readonly journal: Journal;
  readonly connections: number;
  readonly seed: number;
  /** Keys run from 1; the highest that is in the table. */
  readonly keyHighest: bigint;
  /** The highest version in the table. */
  readonly versionHighest: bigint;
  readonly mix?: Partial<WorkloadMix> | undefined;
  /** Pause of a connection between two transactions. */
  readonly pauseMs?: number | undefined;
}

export interface WorkloadProgress {
  transactions: number;
  /** Row versions made. */
  versions: number;
  /** Row versions ended, by a successor or a delete. */
  ended: number;
  rolledBack: number;
}

/** What the connections of a workload share. */
export interface WorkloadShared {
  readonly url: string;
  readonly table: WorkloadTable;
  readonly statements: TableStatements;
  readonly journal: Journal;
  readonly mix: WorkloadMix;
  readonly seed: number;
  readonly keys: NumberLine;
  readonly versions: NumberLine;
  readonly progress: WorkloadProgress;
}

/** Pause before a connection is tried again. */
const RECONNECT_MS = 100;

/**
 * Writers that change a table until they are stopped: inserts, updates, deletes, key changes, savepoints,
 * partial and whole rollbacks. Every row version carries a number of its own.
 */
export class Workload {
  readonly progress: WorkloadProgress = { transactions: 0, versions: 0, ended: 0, rolledBack: 0 };
  private readonly shared: WorkloadShared;
  private readonly runs: Promise<void>[];
  private pauseMs: number;
  private stopped = false;

  private constructor(private readonly options: WorkloadOptions) {
    this.pauseMs = options.pauseMs ?? 0;
    this.shared = {
      url: options.url,
      table: options.table,
      statements: tableStatements(options.table),
      journal: options.journal,
      mix: { ...DEFAULT_MIX, ...options.mix },
      seed: options.seed,
      keys: new NumberLine(options.keyHighest),
      versions: new NumberLine(options.versionHighest),
      progress: this.progress,
    };
    this.runs = Array.from({ length: options.connections }, (_, index) => this.run(index));
    // The first failure is told by stop(); until then it must not end the process.
    for (const run of this.runs) run.catch(() => (this.stopped = true));
  }

  static start(options: WorkloadOptions): Workload {
    return new Workload(options);
  }

  /** True until it was stopped or failed. */
  get running(): boolean {
    return !this.stopped;
  }

  get keyHighest(): bigint {
    return this.shared.keys.highest;
  }

  get versionHighest(): bigint {
    return this.shared.versions.highest;
  }

  /** The pause of each connection from its next transaction on. */
  pauseFor(pauseMs: number): void {
    this.pauseMs = pauseMs;
  }

  /** Ends after the transactions under way; then the journal knows what became of every transaction. */
  async stop(): Promise<void> {
    this.stopped = true;
    const ends = await Promise.allSettled(this.runs);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await settleJournal(this.options.journal, this.options.url);
  }

  private async run(index: number): Promise<void> {
    const connection = new WorkloadConnection(index, this.shared);
    try {
      while (!this.stopped) {
        const connected = await connection.runTransaction();
        if (!connected) await sleep(RECONNECT_MS);
        else if (this.pauseMs > 0) await sleep(this.pauseMs);
      }
    } finally {
      await connection.close();
    }
  }
}

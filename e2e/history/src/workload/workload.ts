import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.js';
import { NumberLine } from './number-line.js';
import { untilNobodyWrites } from './until-nobody-writes.js';
import { DEFAULT_MIX, type WorkloadMix } from './transaction-plan.js';
import { tableStatements, type TableStatements, type WorkloadTable } from './workload-table.js';
import { WorkloadConnection } from './workload-connection.js';

export interface WorkloadOptions {
  readonly url: string;
  /** What it writes to; a transaction may change several of them. */
  readonly tables: readonly WorkloadTable[];
  readonly journal: Journal;
  readonly connections: number;
  readonly seed: number;
  /** Begins the labels of its transactions: no other workload may ever have it. Random where it is not given. */
  readonly name?: string | undefined;
  /** Keys run from 1 in each table; the highest that is in any. */
  readonly keyHighest: bigint;
  /** The highest version in any table; versions are unique over all of them from there on. */
  readonly versionHighest: bigint;
  readonly mix?: Partial<WorkloadMix> | undefined;
  /** Pause of a connection between two transactions. */
  readonly pauseMs?: number | undefined;
  /** COMMIT is answered before it is durable: a crash of the source then undoes the last ones. */
  readonly asynchronousCommits?: boolean | undefined;
}

export interface WorkloadProgress {
  transactions: number;
  /** Row versions made. */
  versions: number;
  /** Row versions ended, by a successor or a delete. */
  ended: number;
  rolledBack: number;
}

/** A table with what its changes take. */
export interface TableLine {
  readonly table: WorkloadTable;
  readonly statements: TableStatements;
  readonly keys: NumberLine;
}

/** What the connections of a workload share. */
export interface WorkloadShared {
  readonly url: string;
  readonly name: string;
  readonly tables: readonly TableLine[];
  readonly asynchronousCommits: boolean;
  readonly journal: Journal;
  readonly mix: WorkloadMix;
  readonly seed: number;
  readonly versions: NumberLine;
  readonly progress: WorkloadProgress;
  /** A giant step is under way; there is never a second one. */
  giantRuns: boolean;
}

/** Pause before a connection is tried again. */
const RECONNECT_MS = 100;

/**
 * Writers that change tables until they are stopped: inserts, updates, deletes, key changes, savepoints,
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
      name: options.name ?? randomBytes(4).toString('hex'),
      tables: options.tables.map((table) => ({
        table,
        statements: tableStatements(table),
        keys: new NumberLine(options.keyHighest),
      })),
      asynchronousCommits: options.asynchronousCommits ?? false,
      journal: options.journal,
      mix: { ...DEFAULT_MIX, ...options.mix },
      seed: options.seed,
      versions: new NumberLine(options.versionHighest),
      progress: this.progress,
      giantRuns: false,
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

  get name(): string {
    return this.shared.name;
  }

  /** The highest key that any of its tables may have. */
  get keyHighest(): bigint {
    return this.shared.tables
      .map(({ keys }) => keys.highest)
      .reduce((highest, each) => (each > highest ? each : highest), 0n);
  }

  get versionHighest(): bigint {
    return this.shared.versions.highest;
  }

  /** The pause of each connection from its next transaction on. */
  pauseFor(pauseMs: number): void {
    this.pauseMs = pauseMs;
  }

  /** Ends after the transactions under way. What is read from the log from then on knows all of them. */
  async stop(): Promise<void> {
    this.stopped = true;
    const ends = await Promise.allSettled(this.runs);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await untilNobodyWrites(this.options.url, `workload ${this.name} `);
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

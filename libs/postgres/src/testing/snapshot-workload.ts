import type { PgSession } from '../pg-session.js';
import type { TestDatabase } from './test-database.js';

/** What committed, by version number; a version that was rolled back is in neither list. */
export interface WorkloadJournal {
  readonly initial: readonly string[];
  readonly committed: readonly string[];
}

/**
 * Writers that insert, update, change keys and delete in transactions with nested savepoints and
 * partial rollbacks. Every row version has a number of its own.
 */
export class SnapshotWorkload {
  private stopping = false;
  private nextVersion: number;
  private running: Promise<unknown> = Promise.resolve();
  private readonly committed: string[];

  private constructor(
    private readonly writers: readonly PgSession[],
    private readonly rows: number,
  ) {
    this.nextVersion = rows + 1;
    this.committed = Array.from({ length: rows }, (_, index) => String(index + 1));
  }

  static async create(options: {
    readonly database: TestDatabase;
    readonly rows: number;
    readonly writers: number;
  }): Promise<SnapshotWorkload> {
    const writers = [];
    for (let count = 0; count < options.writers; count += 1) {
      writers.push(await options.database.open());
    }
    await writers[0]?.query(`
      CREATE TABLE public.versions (id bigint PRIMARY KEY, version bigint NOT NULL, pad text);
      INSERT INTO public.versions SELECT i, i, repeat('x', 100) FROM generate_series(1, ${options.rows}) i`);
    return new SnapshotWorkload(writers, options.rows);
  }

  start(): void {
    this.running = Promise.all(this.writers.map((session, index) => this.write(session, index)));
  }

  async stop(): Promise<WorkloadJournal> {
    this.stopping = true;
    await this.running;
    const initial = Array.from({ length: this.rows }, (_, index) => String(index + 1));
    return { initial, committed: this.committed };
  }

  private async write(session: PgSession, writer: number): Promise<void> {
    const random = generator(writer + 1);
    // Each writer has rows of its own, so no two ever wait for each other.
    const own = (): number =>
      1 + writer + Math.floor((random() * this.rows) / this.writers.length) * this.writers.length;
    let kept: string[] = [];
    const change = async (id: number): Promise<void> => {
      const version = this.nextVersion;
      this.nextVersion += 1;
      const rows = await session.query(statement(id, version, random()));
      if (rows.length > 0) kept.push(String(version));
    };
    while (!this.stopping) {
      kept = [];
      await session.query('BEGIN');
      await change(own());
      await session.query('SAVEPOINT outer_one');
      await change(own());
      await session.query('SAVEPOINT inner_one');
      const before = kept.length;
      await change(own());
      if (random() < 0.4) {
        await session.query('ROLLBACK TO inner_one');
        kept.length = before;
      }
      await session.query('RELEASE outer_one');
      if (random() < 0.15) {
        await session.query('ROLLBACK');
      } else {
        await session.query('COMMIT');
        this.committed.push(...kept);
      }
    }
  }
}

function statement(id: number, version: number, dice: number): string {
  if (dice < 0.3) {
    return `WITH gone AS (DELETE FROM public.versions WHERE id = ${id})
      INSERT INTO public.versions VALUES (${1_000_000 + version}, ${version}, 'new') RETURNING version`;
  }
  if (dice < 0.45) {
    return `UPDATE public.versions SET id = ${2_000_000 + version}, version = ${version} WHERE id = ${id} RETURNING version`;
  }
  return `UPDATE public.versions SET version = ${version} WHERE id = ${id} RETURNING version`;
}

/** Numbers in [0, 1) that are the same on every run. */
function generator(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface SteadyWriterOptions {
  readonly url: string;
  readonly table: string;
  readonly rowsPerSecond: number;
  readonly seconds: number;
  readonly onProgress: (share: number) => void;
}

/** When rows were committed: ids `first` to `last`, by the clock of this process. */
export interface Committed {
  readonly first: number;
  readonly last: number;
  readonly atMs: number;
}

const TRANSACTIONS_PER_SECOND = 50;

/** Inserts rows at a steady rate, fifty transactions a second; late ones are made up for. */
export async function writeSteadily(options: SteadyWriterOptions): Promise<Committed[]> {
  const { url, table, rowsPerSecond, seconds, onProgress } = options;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const committed: Committed[] = [];
  const startedAt = Date.now();
  const total = Math.round(rowsPerSecond * seconds);
  try {
    for (let written = 0; written < total;) {
      const elapsed = (Date.now() - startedAt) / 1000;
      const due = Math.min(total, Math.floor(elapsed * rowsPerSecond));
      if (due > written) {
        await client.query(
          `INSERT INTO ${table} SELECT id, 'row number ' || id, id * 1.5, now()
             FROM generate_series($1::bigint, $2::bigint) AS id`,
          [written + 1, due],
        );
        committed.push({ first: written + 1, last: due, atMs: Date.now() });
        written = due;
        onProgress(written / total);
      }
      await sleep(1000 / TRANSACTIONS_PER_SECOND);
    }
  } finally {
    await client.end();
  }
  return committed;
}

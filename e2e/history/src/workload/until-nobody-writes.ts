import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isConnectionLoss } from './server-errors.js';

const WAIT_MS_MAX = 120_000;
const RETRY_MS = 100;

/**
 * Waits until the server has no session left of those whose names begin so: one that lost its client may
 * still be about to commit.
 *
 * @throws Error when one stays, or the server can't say, for two minutes
 */
export async function untilNobodyWrites(url: string, names: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    let left = 'the server does not answer';
    try {
      const sessions = await countSessions(url, names);
      if (sessions === 0) return;
      left = `${sessions} sessions are still there`;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
    if (Date.now() > deadline) throw new Error(`${names.trim()} does not end: ${left}`);
    await sleep(RETRY_MS);
  }
}

async function countSessions(url: string, names: string): Promise<number> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'workload end',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ sessions: number }>(
      'SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE starts_with(application_name, $1)',
      [names],
    );
    return answer.rows[0]?.sessions ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

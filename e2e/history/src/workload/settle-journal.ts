import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isConnectionLoss } from './server-errors.js';
import type { Journal } from './journal.js';

const SETTLE_MS_MAX = 60_000;
const RETRY_MS = 200;

/**
 * Asks the server what became of the transactions whose COMMIT got no answer.
 *
 * @throws Error when the server can't say within a minute.
 */
export async function settleJournal(journal: Journal, url: string): Promise<void> {
  const deadline = Date.now() + SETTLE_MS_MAX;
  while (journal.unsettled.length > 0) {
    if (Date.now() > deadline) {
      throw new Error(`${journal.unsettled.length} transactions could not be settled`);
    }
    try {
      await askStatuses(journal, url);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
    if (journal.unsettled.length > 0) await sleep(RETRY_MS);
  }
}

async function askStatuses(journal: Journal, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'workload settle' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const { xid } of journal.unsettled) {
      const answer = await client.query<{ status: string | null }>(
        'SELECT pg_xact_status($1::text::xid8) AS status',
        [xid.toString()],
      );
      const status = answer.rows[0]?.status;
      if (status === 'committed' || status === 'aborted') journal.settle(xid, status);
    }
  } finally {
    await client.end();
  }
}

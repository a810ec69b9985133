import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { CommitLog, Journal, type RowValues, Workload } from '@lakeferry/history';
import { createTestDatabase, uniqueName } from '@lakeferry/testing';
import pg from 'pg';
import { createDayTable, dayTable } from './day-table.js';

const ROWS = 2000;

test('the journal knows what committed, also when connections break at any point', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await createDayTable(client, 'days', ROWS);
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  const journal = new Journal(join(folder, 'journal.ndjson'));
  const log = await CommitLog.open({ url: database.url, table: 'days', name: uniqueName('log') });
  const workload = Workload.start({
    url: database.url,
    table: dayTable('days'),
    journal,
    connections: 8,
    seed: 3,
    keyHighest: BigInt(ROWS),
    versionHighest: BigInt(ROWS),
  });
  const enough = () => workload.progress.transactions > 100;
  for (let round = 0; round < 10 || (round < 200 && !enough()); round += 1) {
    await sleep(200);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'workload%'`,
    );
  }
  await workload.stop();
  const commits = await log.read();
  const inTable = await client.query<{ version: string; row: string }>(
    `SELECT version::text, concat_ws('|', id, day, note) AS row FROM days ORDER BY days.version`,
  );
  await log.close();
  await client.end();
  journal.close();

  expect(workload.progress.transactions).toBeGreaterThan(100);
  expect(journal.unsettled).toEqual([]);
  const changed = journal.transactions.filter(({ changes }) => changes.length > 0);
  expect([...commits.keys()].sort()).toEqual(changed.map(({ xid }) => Number(xid)).sort());
  const expected = [...survivors(journal)].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(inTable.rows.map(({ version, row }) => [BigInt(version), row])).toEqual(expected);
  const lines = (await readFile(join(folder, 'journal.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(journal.transactions.length);
  await rm(folder, { recursive: true });
}, 120_000);

/** Versions that nothing replaced, as the journal has them. */
function survivors(journal: Journal): Map<bigint, string> {
  const text = (key: bigint, { day, note }: RowValues) =>
    [String(key), day, note].filter((part) => part != null).join('|');
  const alive = new Map<bigint, string>();
  for (let id = 1; id <= ROWS; id += 1) {
    const day = new Date(Date.UTC(2026, 0, 1 + (id % 6))).toISOString().slice(0, 10);
    alive.set(BigInt(id), text(BigInt(id), { day, note: `note ${id}` }));
  }
  const changes = journal.transactions.flatMap((transaction) => transaction.changes);
  for (const { version, key, values } of changes) {
    if (version !== null) alive.set(version, text(key, values));
  }
  for (const { replaces } of changes) if (replaces !== null) alive.delete(replaces);
  return alive;
}

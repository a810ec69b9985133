import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { CommitLog, Journal, Workload } from '@lakeferry/history';
import { createTestDatabase, uniqueName } from '@lakeferry/testing';
import pg from 'pg';
import { createDayTable, dayTable } from './day-table.js';
import { rowsOf, survivors } from './journaled-rows.js';

const ROWS = 2000;
const TABLES = ['days', '"Other days"'];
/** Giant for a test: more rows than the table had. */
const GIANT_ROWS = 3000;

test('the journal knows what committed to several tables, also when connections break at any point', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const table of TABLES) await createDayTable(client, table, ROWS);
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  const journal = new Journal(join(folder, 'journal.ndjson'));
  const log = await CommitLog.open({
    url: database.url,
    tables: TABLES,
    name: uniqueName('log'),
  });
  const workload = Workload.start({
    url: database.url,
    tables: TABLES.map(dayTable),
    journal,
    connections: 8,
    seed: 3,
    keyHighest: BigInt(ROWS),
    versionHighest: BigInt(ROWS),
    mix: { giantShare: 0.02, giantRows: GIANT_ROWS },
  });
  const enough = () => workload.progress.transactions > 100;
  for (let round = 0; round < 10 || (round < 200 && !enough()); round += 1) {
    await sleep(200);
    const reading = log.read();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'workload%' OR application_name = 'commit log'`,
    );
    await reading;
  }
  await workload.stop();
  const commits = await log.read();
  journal.settle(commits);
  const transactions = journal.transactions.filter(({ changes }) => changes.length > 0);
  const labels = transactions.map(({ label }) => label);

  expect(workload.progress.transactions).toBeGreaterThan(100);
  expect(journal.unsettled).toEqual([]);
  expect([...commits.keys()].sort()).toEqual(labels.sort());
  expect(transactions.some(({ changes }) => tablesOf(changes).size === 2)).toBe(true);
  expect(transactions.some(({ changes }) => changes.length >= GIANT_ROWS)).toBe(true);
  for (const table of TABLES) {
    expect(await rowsOf(client, table)).toEqual(survivors(journal, { table, rows: ROWS }));
  }
  const lines = (await readFile(join(folder, 'journal.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(journal.transactions.length);

  await log.close();
  await client.end();
  journal.close();
  await rm(folder, { recursive: true });
}, 120_000);

test('a change that nobody labelled is in the log, so that no journal fits it', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await createDayTable(client, 'days', 5);
  const log = await CommitLog.open({
    url: database.url,
    tables: ['days'],
    name: uniqueName('log'),
  });
  await client.query('UPDATE days SET note = NULL WHERE id = 1');
  await client.query('CREATE TABLE other AS SELECT 1 AS id');
  expect([...(await log.read()).keys()]).toEqual([expect.stringMatching(/^the one with id \d+$/)]);
  await log.close();
  await client.end();
});

function tablesOf(changes: Iterable<{ readonly table: string }>): Set<string> {
  return new Set([...changes].map(({ table }) => table));
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CommitLog, Journal, Workload } from '@lakeferry/history';
import { freePort, type PostgresServer, preparePostgres } from '@lakeferry/stack';
import { uniqueName, withClient } from '@lakeferry/testing';
import { createDayTable, dayTable } from './day-table.js';
import { rowsOf, survivors } from './journaled-rows.js';

const ROWS = 500;
const CRASHES = 4;
const BETWEEN_MS = 1200;

/** A server that writes what it need not flush as late as it may: a crash then undoes much. */
const LAZY = { wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };

describe('a source that crashes', () => {
  let folder: string;
  let server: PostgresServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'source-crash-'));
    server = await preparePostgres({
      dataDir: join(folder, 'data'),
      runDir: join(folder, 'run'),
      port: await freePort(),
      settings: LAZY,
    });
    await server.process.start();
  }, 60_000);

  afterAll(async () => {
    await server?.process.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  async function writeThroughCrashes(table: string, asynchronousCommits: boolean) {
    const url = server.url('postgres');
    await withClient(url, (client) => createDayTable(client, table, ROWS));
    const journal = new Journal();
    const log = await CommitLog.open({ url, tables: [table], name: uniqueName('log') });
    const workload = Workload.start({
      ...{ url, journal, asynchronousCommits, connections: 6, seed: 5, pauseMs: 2 },
      tables: [dayTable(table)],
      keyHighest: BigInt(ROWS),
      versionHighest: BigInt(ROWS),
    });
    for (let crash = 0; crash < CRASHES; crash += 1) {
      await sleep(BETWEEN_MS);
      const reading = crash % 2 === 0 ? log.read() : undefined;
      await server.process.killAll();
      await server.process.start();
      await reading;
    }
    await workload.stop();
    const commits = await log.read();
    await log.close();
    const inTable = await withClient(url, (client) => rowsOf(client, table));
    return { journal, commits, inTable };
  }

  test('undoes asynchronous commits, and the log says which', async () => {
    const { journal, commits, inTable } = await writeThroughCrashes('lazy', true);
    journal.settle(commits);
    expect(journal.lostBySource.length).toBeGreaterThan(0);
    expect(journal.transactions.length).toBeGreaterThan(0);
    expect(inTable).toEqual(survivors(journal, { table: 'lazy', rows: ROWS }));
  }, 120_000);

  test('undoes nothing else, and no answer that was lost is taken for a commit', async () => {
    const { journal, commits, inTable } = await writeThroughCrashes('eager', false);
    journal.settle(commits);
    expect(journal.lostBySource).toEqual([]);
    expect(inTable).toEqual(survivors(journal, { table: 'eager', rows: ROWS }));
  }, 120_000);
});

import { describe, expect, it } from '@jest/globals';
import type { Mutation } from '@lakeferry/contracts';
import { openTestClient } from '@lakeferry/testing';
import { ChangefeedHarness } from './testing/changefeed-harness.js';

const ids = (mutations: readonly Mutation[]) =>
  mutations.map(({ row, key }) => (row ?? key)?.['id']);

describe('changefeed', () => {
  it('delivers the table and then its changes, in commit order', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    await feed.sql(`INSERT INTO t SELECT g, 'n' || g FROM generate_series(1, 2000) g`);
    const task = await feed.desire('public.t');
    feed.start();
    const scan = await feed.status('scan', task, ({ state }) => state === 'done');
    expect(scan.rows).toBe(2000);
    await feed.sql(
      `INSERT INTO t VALUES (3000, 'new'); UPDATE t SET note = 'changed' WHERE id = 7`,
    );
    await feed.sql('DELETE FROM t WHERE id = 8');
    const base = await feed.base(task);
    expect(new Set(ids(base)).size).toBe(2000);
    const changes = await feed.mutationsUpTo(task, await feed.insertLsn());
    const seen = changes.map(({ op, key }) => [op, key?.['id']]);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['c', 3000],
        ['u', 7],
        ['d', 8],
      ]),
    );
    expect(seen).toHaveLength(3);
  }, 60_000);

  it('goes on where it stopped: nothing is lost or repeated over restarts', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    const task = await feed.desire('public.t', { taskType: 'INC' });
    feed.start();
    await feed.status('route', task, ({ c }) => c !== null);
    let next = 1;
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 50; i++) await feed.sql(`INSERT INTO t VALUES (${next++}, 'x')`);
      await feed.stop();
      for (let i = 0; i < 50; i++) await feed.sql(`INSERT INTO t VALUES (${next++}, 'y')`);
      feed.start();
    }
    const changes = await feed.mutationsUpTo(task, await feed.insertLsn());
    expect(
      ids(changes)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: next - 1 }, (_, i) => i + 1));
  }, 90_000);

  it('names the transaction that a starting point waits for, and can be deleted meanwhile', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    const long = await openTestClient(feed.url, 'long one');
    try {
      feed.start();
      await feed.status('source', null, ({ state }) => state === 'streaming');
      await long.query('CREATE TABLE other (id int)');
      await long.query('BEGIN');
      await long.query('INSERT INTO other VALUES (1)');
      const task = await feed.desire('public.t');
      const { waitingFor } = await feed.status('route', task, (s) => s.waitingFor !== null);
      expect(waitingFor).toContain('long one');
      feed.redesire({ ...task, state: 'deleting' });
      await feed.status('route', task, ({ state }) => state === 'off');
    } finally {
      await long.end();
    }
  }, 60_000);

  it.each([
    ['the table was dropped', 'DROP TABLE t', 'SOURCE_TABLE_CHANGED'],
    ['the table left the publication', 'ALTER PUBLICATION %s DROP TABLE t', 'SOURCE_TABLE_CHANGED'],
  ])(
    'halts a task when %s',
    async (_why, change, code) => {
      await using feed = await ChangefeedHarness.open();
      await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
      const task = await feed.desire('public.t', { taskType: 'INC' });
      feed.start();
      await feed.status('route', task, ({ c }) => c !== null);
      const { rows } = await feed.sql('SELECT pubname FROM pg_publication');
      await feed.sql(change.replace('%s', String(rows[0]?.['pubname'])));
      if (!change.startsWith('DROP')) await feed.sql('INSERT INTO t VALUES (1)');
      const { error } = await feed.status('route', task, (s) => s.error !== null);
      expect(error).toMatchObject({ code, action: 'halt' });
      await feed.stop();
      feed.start();
      feed.statuses.clear();
      const again = await feed.status('route', task, (s) => s.error !== null);
      expect(again.error?.code).toBe(code);
    },
    60_000,
  );

  it('halts a task when a partition that held rows is attached, not when a new one comes', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text) PARTITION BY RANGE (id)');
    await feed.sql('CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100)');
    const task = await feed.desire('public.t', { taskType: 'INC' });
    feed.start();
    await feed.status('route', task, ({ c }) => c !== null);
    await feed.sql('CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200)');
    await feed.sql(`INSERT INTO t VALUES (1, 'a'), (101, 'b')`);
    const changes = await feed.mutationsUpTo(task, await feed.insertLsn());
    expect(
      ids(changes)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([1, 101]);
    await feed.sql('CREATE TABLE t3 (id bigint PRIMARY KEY, note text)');
    await feed.sql(`INSERT INTO t3 VALUES (201, 'c')`);
    await feed.sql('ALTER TABLE t ATTACH PARTITION t3 FOR VALUES FROM (200) TO (300)');
    const { error } = await feed.status('route', task, (s) => s.error !== null);
    expect(error?.message).toContain('partition');
  }, 60_000);

  it('halts a scan when the table is rewritten under it', async () => {
    await using feed = await ChangefeedHarness.open({ scanDelayMs: 100 });
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    await feed.sql(`INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 4000) g`);
    const task = await feed.desire('public.t');
    feed.start();
    await feed.status('scan', task, ({ rows }) => rows > 0);
    await feed.sql('VACUUM FULL t');
    const { error } = await feed.status('route', task, (s) => s.error !== null);
    expect(error).toMatchObject({ code: 'SOURCE_TABLE_REWRITTEN', action: 'halt' });
  }, 60_000);

  it('halts a source whose slot is gone, and begins anew when its tasks were deleted', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    const task = await feed.desire('public.t', { taskType: 'INC' });
    feed.start();
    await feed.status('route', task, ({ c }) => c !== null);
    await feed.stop();
    await feed.sql(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                    WHERE database = current_database()`);
    feed.start();
    const { error } = await feed.status('source', null, ({ state }) => state === 'halted');
    expect(error?.code).toBe('SOURCE_SLOT_MISSING');

    feed.redesire({ ...task, state: 'deleting' });
    await feed.status('route', task, ({ state }) => state === 'off');
    await feed.status('source', null, ({ state }) => state === 'streaming');
    const anew = await feed.desire('public.t', { taskType: 'INC' });
    await feed.status('route', anew, ({ c }) => c !== null);
    await feed.sql(`INSERT INTO t VALUES (1, 'after')`);
    expect(ids(await feed.mutationsUpTo(anew, await feed.insertLsn()))).toEqual([1]);
  }, 60_000);

  it('halts a source whose slot was made anew by hand: what it passed over is never skipped', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    const task = await feed.desire('public.t', { taskType: 'INC' });
    feed.start();
    await feed.status('route', task, ({ c }) => c !== null);
    await feed.stop();
    await feed.sql(`INSERT INTO t VALUES (1, 'while nobody reads')`);
    await feed.sql(`DO $$ DECLARE name text; BEGIN
      SELECT slot_name INTO STRICT name FROM pg_replication_slots WHERE database = current_database();
      PERFORM pg_drop_replication_slot(name);
      PERFORM pg_create_logical_replication_slot(name, 'pgoutput');
    END $$`);
    feed.start();
    const { error } = await feed.status('source', null, ({ state }) => state === 'halted');
    expect(error?.code).toBe('SOURCE_SLOT_AHEAD');
    expect(error?.remedy).toBeTruthy();
  }, 60_000);

  it('delivers a row that is too large with its largest value cut', async () => {
    await using feed = await ChangefeedHarness.open();
    await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, note text)');
    const task = await feed.desire('public.t', { taskType: 'INC' });
    feed.start();
    await feed.status('route', task, ({ c }) => c !== null);
    await feed.sql(`INSERT INTO t VALUES (1, repeat('x', 17 * 1024 * 1024)), (2, 'small')`);
    const changes = await feed.mutationsUpTo(task, await feed.insertLsn());
    const large = changes.find(({ key }) => key?.['id'] === 1);
    expect(large).toMatchObject({ row: { id: 1, note: null }, oversize: ['note'] });
    expect(ids(changes)).toContain(2);
  }, 60_000);
});

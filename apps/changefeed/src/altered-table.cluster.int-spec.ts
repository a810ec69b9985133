import { describe, expect, it } from '@jest/globals';
import type { DesiredTask, Mutation } from '@lakeferry/contracts';
import { systemClock } from '@lakeferry/runtime';
import { ChangefeedHarness } from './testing/changefeed-harness.js';

const LIMIT_MS = 120_000;
const TABLE = `CREATE TABLE t (id bigint PRIMARY KEY, note text, memo text)`;

/** `1:a` per row, columns by comma, with `| schema 2 |` in between. */
function told(records: readonly (Mutation | string)[]): string {
  return records
    .map((record) => {
      if (typeof record === 'string') return `| ${record} |`;
      return Object.entries(record.row ?? { d: record.key?.['id'] ?? null })
        .map(([name, value]) => `${name}=${value}`)
        .join(',');
    })
    .join(' ');
}

function following(task: DesiredTask): DesiredTask {
  return { ...task, config: { ...task.config, schemaChanges: 'follow' } };
}

interface Case {
  readonly what: string;
  readonly follow?: boolean;
  readonly statements: readonly string[];
  readonly expected: string;
  readonly notes: readonly string[];
}

const FIRST = 'id=1,note=a';
const cases: Case[] = [
  {
    what: 'a column is added, and told',
    statements: ['ALTER TABLE t ADD COLUMN more int', `INSERT INTO t VALUES (2, 'b', 'm', 7)`],
    expected: `${FIRST} id=2,note=b`,
    notes: ['COLUMN_ADDED more'],
  },
  {
    what: 'a column is added, and followed from its first row on',
    follow: true,
    statements: [
      'ALTER TABLE t ADD COLUMN more int',
      `INSERT INTO t VALUES (2, 'b', 'm', 7)`,
      'UPDATE t SET more = 8 WHERE id = 1',
      `ALTER TABLE t ADD COLUMN price numeric(10,2)`,
      `INSERT INTO t VALUES (3, 'c', 'm', 9, 1.5)`,
    ],
    expected:
      `${FIRST} | schema 2 | id=2,note=b,more=7 id=1,note=a,more=8 ` +
      `| schema 3 | id=3,note=c,more=9,price=1.50`,
    notes: ['COLUMN_FOLLOWED more', 'COLUMN_FOLLOWED price'],
  },
  {
    what: 'a column is dropped, and comes back',
    statements: [
      'ALTER TABLE t DROP COLUMN note',
      `INSERT INTO t VALUES (2, 'm')`,
      'ALTER TABLE t ADD COLUMN note text',
      `INSERT INTO t VALUES (3, 'm', 'back')`,
    ],
    expected: `${FIRST} id=2,note=null id=3,note=back`,
    notes: ['COLUMN_DROPPED note', 'COLUMN_RETURNED note'],
  },
  {
    what: 'a column is renamed',
    statements: [
      'ALTER TABLE t RENAME COLUMN note TO remark',
      `INSERT INTO t VALUES (2, 'b', 'm')`,
      `DELETE FROM t WHERE id = 1`,
    ],
    expected: `${FIRST} | schema 2 | id=2,remark=b d=1`,
    notes: ['COLUMN_RENAMED remark'],
  },
  {
    what: 'columns exchange their names',
    statements: [
      `BEGIN; ALTER TABLE t RENAME note TO x; ALTER TABLE t RENAME memo TO note;
       ALTER TABLE t RENAME x TO memo; COMMIT`,
      `INSERT INTO t VALUES (2, 'b', 'm')`,
    ],
    expected: `${FIRST} | schema 2 | id=2,memo=b`,
    notes: ['COLUMN_RENAMED memo'],
  },
  {
    what: 'a column changes its type',
    statements: [
      `ALTER TABLE t ALTER COLUMN note TYPE int USING 5`,
      `INSERT INTO t VALUES (2, 6, 'm')`,
    ],
    expected: `${FIRST} | schema 2 | id=2,note=6`,
    notes: ['COLUMN_RETYPED note'],
  },
  {
    what: 'the table is renamed',
    statements: ['ALTER TABLE t RENAME TO u', `INSERT INTO u VALUES (2, 'b', 'm')`],
    expected: `${FIRST} id=2,note=b`,
    notes: ['TABLE_RENAMED null'],
  },
  {
    what: 'the key becomes another one',
    statements: [
      `ALTER TABLE t DROP CONSTRAINT t_pkey, ALTER note SET NOT NULL, ADD PRIMARY KEY (note)`,
      `INSERT INTO t VALUES (2, 'b', 'm')`,
    ],
    expected: `${FIRST} id=2,note=b`,
    notes: ['KEY_CHANGED null'],
  },
];

describe('a table that is altered while it is delivered', () => {
  it.each(cases.flatMap((each) => [true, false].map((behind) => ({ ...each, behind }))))(
    '$what (stream behind: $behind)',
    async ({ statements, follow, behind, expected, notes }) => {
      await using feed = await ChangefeedHarness.open();
      await feed.sql(TABLE);
      let task = await feed.desire('public.t', { taskType: 'INC', lanes: 1 });
      if (follow === true) feed.redesire((task = following(task)));
      feed.start();
      await feed.status('route', task, ({ c }) => c !== null);
      await feed.sql(`INSERT INTO t VALUES (1, 'a', 'm')`);
      await feed.versionsUpTo(task, await feed.insertLsn());
      if (behind) await feed.stop();
      for (const statement of statements) await feed.sql(statement);
      if (behind) feed.start();
      expect(told(await feed.versionsUpTo(task, await feed.insertLsn()))).toBe(expected);
      await feed.status('route', task, (status) => {
        const now = (status.notes ?? []).map(({ code, column }) => `${code} ${column}`);
        return JSON.stringify(now) === JSON.stringify(notes);
      });
      await feed.stop();
      feed.start();
      expect(told(await feed.versionsUpTo(task, await feed.insertLsn()))).toBe(expected);
    },
    LIMIT_MS,
  );

  it(
    'halts rather than guess which column is which',
    async () => {
      await using feed = await ChangefeedHarness.open();
      await feed.sql('CREATE TABLE t (id bigint PRIMARY KEY, memo text, note text)');
      const task = await feed.desire('public.t', { taskType: 'INC', lanes: 1 });
      feed.start();
      await feed.status('route', task, ({ c }) => c !== null);
      await feed.stop();
      await feed.sql('ALTER TABLE t RENAME note TO x');
      await feed.sql(`INSERT INTO t VALUES (1, 'a', 'm')`);
      await feed.sql('ALTER TABLE t DROP x, ADD y text');
      await feed.sql('ALTER TABLE t DROP y');
      feed.start();
      const { error } = await feed.status('route', task, (status) => status.error !== null);
      expect(error).toMatchObject({ code: 'SOURCE_TABLE_CHANGED', action: 'halt' });
    },
    LIMIT_MS,
  );

  it(
    'loses and repeats nothing when the stream stops again and again within the transaction',
    async () => {
      await using feed = await ChangefeedHarness.open({ flushBytes: 1, flushMs: 1 });
      await feed.sql(TABLE);
      const task = following(await feed.desire('public.t', { taskType: 'INC', lanes: 1 }));
      feed.redesire(task);
      feed.start();
      await feed.status('route', task, ({ c }) => c !== null);
      await feed.stop();
      const rows = (from: number, more = '') =>
        `INSERT INTO t SELECT g, 'n' || g, 'm' ${more} FROM generate_series(${from}, ${from + 1999}) g`;
      await feed.sql(
        `BEGIN; ${rows(1)}; ALTER TABLE t RENAME note TO remark; ${rows(2001)};
         ALTER TABLE t ADD COLUMN more int; ${rows(4001, ', g')};
         ALTER TABLE t DROP COLUMN remark;
         INSERT INTO t SELECT g, 'm', g FROM generate_series(6001, 8000) g; COMMIT`,
      );
      for (const pauseMs of [300, 350, 400, 450, 500]) {
        feed.start();
        await systemClock.sleep(pauseMs);
        await feed.stop();
      }
      feed.start();
      const records = await feed.versionsUpTo(task, await feed.insertLsn());
      const found = records.filter((record) => typeof record !== 'string');
      const forms = found.map(({ row }) => [Number(row?.['id']), Object.keys(row ?? {}).join()]);
      const expected = Array.from({ length: 8000 }, (_, index) => {
        const columns = index < 2000 ? 'id,note' : index < 4000 ? 'id,remark' : 'id,remark,more';
        return [index + 1, columns];
      });
      expect(forms).toEqual(expected);
      expect(found.at(2500)?.row).toEqual({ id: 2501, remark: 'n2501' });
      expect(found.at(7000)?.row).toEqual({ id: 7001, remark: null, more: 7001 });
      expect(records.filter((record) => typeof record === 'string')).toEqual([
        'schema 2',
        'schema 3',
      ]);
    },
    LIMIT_MS,
  );

  it(
    'goes on with its base scan, whose rows stay of the first version',
    async () => {
      await using feed = await ChangefeedHarness.open({ scanDelayMs: 100 });
      await feed.sql(TABLE);
      await feed.sql(`INSERT INTO t SELECT g, 'n' || g, 'm' FROM generate_series(1, 3000) g`);
      const task = await feed.desire('public.t', { lanes: 1 });
      feed.start();
      await feed.status('scan', task, ({ rows }) => rows > 0);
      await feed.sql('ALTER TABLE t RENAME note TO remark');
      await feed.sql(`INSERT INTO t VALUES (3001, 'new', 'm')`);
      await feed.status('route', task, ({ version }) => version === 2);
      const halfway = await feed.status('scan', task, ({ state }) => state === 'running');
      expect(halfway.rows).toBeLessThan(3000);
      const base = await feed.base(task);
      expect(base.map(({ row }) => `${row?.['id']} ${row?.['note']}`)).toEqual(
        Array.from({ length: 3000 }, (_, index) => `${index + 1} n${index + 1}`),
      );
      expect(told(await feed.versionsUpTo(task, await feed.insertLsn()))).toBe(
        '| schema 2 | id=3001,remark=new',
      );
    },
    LIMIT_MS,
  );

  it(
    'knows columns by their numbers in the root of a partitioned table',
    async () => {
      await using feed = await ChangefeedHarness.open({ scanDelayMs: 100 });
      await feed.sql(
        'CREATE TABLE t (id bigint PRIMARY KEY, memo text, note text) PARTITION BY RANGE (id)',
      );
      await feed.sql('CREATE TABLE t1 (x int, note text, y int, memo text, id bigint NOT NULL)');
      await feed.sql('ALTER TABLE t1 DROP x, DROP y');
      await feed.sql('ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10000)');
      await feed.sql(
        `INSERT INTO t (id, note, memo) SELECT g, 'n' || g, 'm' FROM generate_series(1, 3000) g`,
      );
      const task = await feed.desire('public.t', { lanes: 1 });
      feed.start();
      await feed.status('scan', task, ({ rows }) => rows > 0);
      await feed.sql('ALTER TABLE t RENAME COLUMN note TO remark');
      await feed.sql(`INSERT INTO t (id, remark) VALUES (3001, 'new')`);
      const base = await feed.base(task);
      expect(base.map(({ row }) => `${row?.['id']} ${row?.['note']}`)).toEqual(
        Array.from({ length: 3000 }, (_, index) => `${index + 1} n${index + 1}`),
      );
      expect(told(await feed.versionsUpTo(task, await feed.insertLsn()))).toBe(
        '| schema 2 | id=3001,remark=new',
      );
    },
    LIMIT_MS,
  );

  it(
    'nulls what the base scan has not read of a column that is dropped',
    async () => {
      await using feed = await ChangefeedHarness.open({ scanDelayMs: 100 });
      await feed.sql(TABLE);
      await feed.sql(`INSERT INTO t SELECT g, 'n' || g, 'm' FROM generate_series(1, 3000) g`);
      const task = await feed.desire('public.t', { lanes: 1 });
      feed.start();
      await feed.status('scan', task, ({ rows }) => rows > 0);
      await feed.sql('ALTER TABLE t DROP COLUMN note');
      const base = await feed.base(task);
      expect(base).toHaveLength(3000);
      expect(base.at(0)?.row).toEqual({ id: 1, note: 'n1' });
      expect(base.at(-1)?.row).toEqual({ id: 3000, note: null });
    },
    LIMIT_MS,
  );
});

describe('two tables that are altered at once', () => {
  it(
    'stop nobody, though rows of both come before anything could be published',
    async () => {
      await using feed = await ChangefeedHarness.open();
      await feed.sql(TABLE);
      await feed.sql('CREATE TABLE u (id bigint PRIMARY KEY, note text, memo text)');
      const first = await feed.desire('public.t', { taskType: 'INC', lanes: 1 });
      const second = await feed.desire('public.u', { taskType: 'INC', lanes: 1 });
      feed.start();
      for (const task of [first, second]) await feed.status('route', task, ({ c }) => c !== null);
      await feed.sql(`INSERT INTO t VALUES (1, 'a'); INSERT INTO u VALUES (1, 'a')`);
      await feed.sql(
        `BEGIN; ALTER TABLE t RENAME note TO x; ALTER TABLE u RENAME note TO x;
         INSERT INTO t VALUES (2, 'b'); INSERT INTO u VALUES (2, 'b'); COMMIT`,
      );
      for (const task of [first, second]) {
        const records = await feed.versionsUpTo(task, await feed.insertLsn());
        expect(told(records)).toBe(`${FIRST} | schema 2 | id=2,x=b`);
      }
    },
    LIMIT_MS,
  );
});

describe('a wish for a running task', () => {
  it(
    'comes into force at one point, through restarts, and over the table as it is',
    async () => {
      await using feed = await ChangefeedHarness.open();
      await feed.sql(TABLE);
      const task = await feed.desire('public.t', { taskType: 'INC', lanes: 1 });
      feed.start();
      await feed.status('route', task, ({ c }) => c !== null);
      await feed.sql(`INSERT INTO t VALUES (1, 'a', 'm1')`);
      const memo = { ...task.config.schema[1], columnName: 'memo', ossColumnName: 'memo' };
      const schema = [task.config.schema[0], memo] as DesiredTask['config']['schema'];
      await feed.versionsUpTo(task, await feed.insertLsn());
      const wish = { ...task, revision: 2, schemaRevision: 2, config: { ...task.config, schema } };
      feed.redesire(wish);
      const { version, revision } = await feed.status('route', task, (s) => s.revision === 2);
      expect([version, revision]).toEqual([2, 2]);
      await feed.sql(`INSERT INTO t VALUES (2, 'b', 'm2')`);
      await feed.stop();
      feed.redesire({ ...wish, revision: 3, schemaRevision: 3, config: task.config });
      await feed.sql('ALTER TABLE t ADD COLUMN more int');
      feed.start();
      await feed.status('route', task, (status) => status.revision === 3);
      await feed.sql(`INSERT INTO t VALUES (3, 'c', 'm3', 4)`);
      expect(told(await feed.versionsUpTo(task, await feed.insertLsn()))).toBe(
        `${FIRST} | schema 2 | id=2,memo=m2 | schema 3 | id=3,note=c`,
      );
    },
    LIMIT_MS,
  );
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  describeReport,
  DuckSession,
  holds,
  isDeliveredBeyond,
  parseWalPosition,
  scanIsDone,
  sqlText,
  type TaskName,
} from '@lakeferry/history';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { runScenario, untilTask, type RunningTask } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

const ROWS = 5_000;

function columnsOf(...names: [name: string, type: string][]) {
  return names.map(([columnName, type]) => ({ columnName, type }));
}

/** Names of the columns of a task's objects, by the schema version that the ledger names. */
async function columnsByVersion(
  system: DeliverySystem,
  task: TaskName,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, Set<string>> = {};
  const session = await DuckSession.open(system.s3);
  try {
    for (const { objectKey, schemaVersion } of await system.client.objects(task)) {
      const file = sqlText(`s3://${system.s3.bucket}/${objectKey}`);
      const rows = await session.rows(`DESCRIBE SELECT * FROM read_parquet(${file})`);
      const columns = rows.map((row) => String(row['column_name'])).join(',');
      (found[schemaVersion] ??= new Set()).add(columns);
    }
  } finally {
    session.close();
  }
  return Object.fromEntries(Object.entries(found).map(([version, sets]) => [version, [...sets]]));
}

describe('tasks that are changed while they run', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    system = await startSystem({ name: 'update' });
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  async function untilInForce({ until, task }: RunningTask, taskConfig: Record<string, unknown>) {
    await system.client.update(task, taskConfig);
    await until('the change in force', ({ pendingRevision }) => pendingRevision === null);
    const { rows } = await until('a status', () => true);
    await until('rows behind the change', (view) => view.rows > rows);
  }

  test('under load, through crashes: no file mixes two versions, nothing is lost or doubled', async () => {
    const name = { source: 'local', tableName: 'public.patched', taskName: 'patched' };
    const all = columnsOf(['id', 'INT64'], ['version', 'INT64'], ['day', 'DATE'], ['note', 'UTF8']);
    await system.sql((client) => createDayTable(client, name.tableName, ROWS));
    const { report } = await runScenario(system, {
      table: dayTable(name.tableName),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: name.taskName,
      taskType: 'BASE_INC',
      prefix: 'patched/day=$dd',
      columns: { key: 'id', version: 'version', compared: DAY_COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' }, lanes: 2, parquetSchema: all },
      connections: 4,
      during: async (running) => {
        await running.until('end of the base scan', scanIsDone);
        await running.until('full data delivered', ({ phase }) => phase === 'INCR');
        const op = { columnName: '$op', ossColumnName: 'op', type: 'UTF8' };
        await system.client.update(running.task, { parquetSchema: [...all, op] });
        await system.crash('changefeed');
        await running.until('version 2', ({ schemaVersion }) => schemaVersion === 2);
        await system.client.update(running.task, {
          parquetSchema: [op, ...all, ...columnsOf(['written_by', 'UTF8'])],
        });
        await system.crash('encoder');
        await running.until('version 3', ({ schemaVersion }) => schemaVersion === 3);
        await system.crash('writer');
        await untilInForce(running, { parquetSchema: all, codec: 'ZSTD' });
        await system.crash('task-api');
        await untilInForce(running, { timeZone: 'Asia/Tokyo' });
      },
    });
    expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
    expect(await columnsByVersion(system, name)).toEqual({
      1: ['id,version,day,note'],
      2: ['id,version,day,note,op'],
      3: ['op,id,version,day,note,written_by'],
      4: ['id,version,day,note'],
      5: ['id,version,day,note'],
    });
  }, 400_000);

  describe('a table that is altered', () => {
    const reporting = { source: 'local', tableName: 'public.altered', taskName: 'reporting' };
    const following = { ...reporting, taskName: 'following' };
    const statements = [
      `INSERT INTO altered VALUES (10, 'n10', 10)`,
      `ALTER TABLE altered ADD COLUMN more text`,
      `INSERT INTO altered VALUES (11, 'n11', 11, 'm11')`,
      `ALTER TABLE altered RENAME COLUMN note TO remark`,
      `INSERT INTO altered VALUES (12, 'n12', 12, 'm12')`,
      `ALTER TABLE altered ALTER COLUMN amount TYPE bigint`,
      `INSERT INTO altered VALUES (13, 'n13', 4294967296, 'm13')`,
      `ALTER TABLE altered DROP COLUMN remark`,
      `INSERT INTO altered VALUES (14, 14, 'm14')`,
      `ALTER TABLE altered RENAME TO renamed`,
      `INSERT INTO renamed VALUES (15, 15, 'm15')`,
      `UPDATE renamed SET more = 'm1' WHERE id = 1`,
    ];

    async function create(task: TaskName, change: Record<string, unknown>): Promise<void> {
      await system.client.create({
        ...task,
        taskType: 'BASE_INC',
        taskConfig: {
          ...{ ossPrefix: task.taskName, ossBucket: system.s3.bucket, fileAgeSecondsMax: 1 },
          ...change,
        },
      });
      await untilTask({
        ...{ client: system.client, task, what: 'full data' },
        wanted: ({ phase }) => phase === 'INCR',
      });
    }

    async function untilDelivered(task: TaskName): Promise<void> {
      const lsn = await system.sql(async (client) => {
        const { rows } = await client.query('SELECT pg_current_wal_insert_lsn()::text AS lsn');
        return parseWalPosition(String((rows[0] as { lsn: string }).lsn));
      });
      await untilTask({
        ...{ client: system.client, task, what: 'delivery' },
        wanted: (view) => isDeliveredBeyond(view, lsn),
      });
    }

    async function rowsOf(folder: string, columns: string): Promise<string[]> {
      const session = await DuckSession.open(system.s3);
      try {
        const rows = await session.rows(
          `SELECT concat_ws(' ', ${columns}) AS row FROM read_parquet(
             ${sqlText(`s3://${system.s3.bucket}/${folder}/*`)}, union_by_name = true) ORDER BY id, row`,
        );
        return rows.map((row) => String(row['row']));
      } finally {
        session.close();
      }
    }

    const shown = (...names: string[]) =>
      names.map((name) => `coalesce(CAST(${name} AS VARCHAR), '-')`).join(', ');
    const notesOf = async (task: TaskName) =>
      (await system.client.describe(task)).notes?.map(({ code, column }) => `${code} ${column}`);

    beforeAll(async () => {
      await system.sql(async (client) => {
        await client.query('CREATE TABLE altered (id bigint PRIMARY KEY, note text, amount int)');
        await client.query(`INSERT INTO altered VALUES (1, 'n1', 1), (2, 'n2', 2)`);
      });
      await create(reporting, {});
      await create(following, { schemaChanges: 'follow' });
      for (const [index, statement] of statements.entries()) {
        await system.sql((client) => client.query(statement));
        if (index % 4 === 3) await system.crash('changefeed');
      }
      await untilDelivered(reporting);
      await untilDelivered(following);
    }, 240_000);

    test('loses nothing, and says what happened', async () => {
      expect(await rowsOf('reporting', shown('id', 'note', 'amount'))).toEqual([
        ...['1 - 1', '1 n1 1', '2 n2 2', '10 n10 10', '11 n11 11', '12 n12 12'],
        ...['13 n13 4294967296', '14 - 14', '15 - 15'],
      ]);
      expect((await notesOf(reporting))?.sort()).toEqual([
        'COLUMN_ADDED more',
        'COLUMN_DROPPED remark',
        'COLUMN_RENAMED remark',
        'COLUMN_RETYPED amount',
        'TABLE_RENAMED null',
      ]);
    });

    test('adds new columns by itself where a task follows it', async () => {
      expect(await rowsOf('following', shown('id', 'note', 'amount', 'more'))).toEqual([
        ...['1 - 1 m1', '1 n1 1 -', '2 n2 2 -', '10 n10 10 -', '11 n11 11 m11', '12 n12 12 m12'],
        ...['13 n13 4294967296 m13', '14 - 14 m14', '15 - 15 m15'],
      ]);
      expect(await notesOf(following)).toContain('COLUMN_FOLLOWED more');
    });

    test('a change builds on the table as it is, with another prefix from its point on', async () => {
      const before = await system.client.describe(reporting);
      await system.client.update(reporting, {
        ossPrefix: 'reported/v',
        parquetSchema: [
          { columnName: 'id', type: 'INT64' },
          { columnName: 'more', ossColumnName: 'extra', type: 'UTF8' },
        ],
      });
      await untilTask({
        ...{ client: system.client, task: reporting, what: 'the change' },
        wanted: ({ pendingRevision }) => pendingRevision === null,
      });
      await system.sql((client) => client.query(`INSERT INTO renamed VALUES (16, 16, 'm16')`));
      await untilDelivered(reporting);
      expect(await rowsOf('reported/v', shown('id', 'extra'))).toEqual(['16 m16']);
      expect(await rowsOf('reporting', 'id')).toHaveLength(9);
      const objects = await system.client.objects(reporting);
      expect(objects[0]).toMatchObject({ schemaVersion: (before.schemaVersion ?? 0) + 1 });
    }, 120_000);
  });
});

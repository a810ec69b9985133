import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeReport, DuckSession, holds, scanIsDone } from '@lakeferry/history';
import { eventually } from '@lakeferry/testing';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { runScenario, untilTask } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

const ROWS = 4000;
/** Of all but the data: what a row tells of its change. */
const TOLD = [
  { columnName: '$op', ossColumnName: 'op' },
  { columnName: '$lsn', ossColumnName: 'lsn', type: 'UTF8' },
];

describe('what a task tells of changes', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    system = await startSystem({ name: 'told-changes' });
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test('each delete is a row, once, whatever is killed', async () => {
    await system.sql((client) => createDayTable(client, 'public.flagged', ROWS));
    const { report } = await runScenario(system, {
      table: dayTable('public.flagged'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'flagged',
      taskType: 'BASE_INC',
      prefix: 'flagged/hour=$HH/minute=$mm',
      columns: {
        ...{ key: 'id', version: 'version', compared: DAY_COLUMNS },
        deletes: { op: 'op', lsn: 'lsn' },
      },
      taskConfig: {
        ...{ lanes: 2, deletes: 'flag' },
        parquetSchema: [
          ...TOLD,
          { columnName: 'id', type: 'INT64' },
          { columnName: 'version', type: 'INT64' },
          { columnName: 'day', type: 'DATE' },
          { columnName: 'note', type: 'UTF8' },
        ],
      },
      mix: { deleteShare: 0.3 },
      during: async ({ until }) => {
        await until('end of the base scan', scanIsDone);
        for (const service of ['encoder', 'changefeed', 'writer'] as const) {
          await sleep(1500);
          await system.crash(service);
        }
        await sleep(1500);
      },
    });
    expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
    expect(report.deletes?.required).toBeGreaterThan(0);
    expect(report.deletes?.delivered).toBe(report.deletes?.required);
  }, 300_000);

  test('a delete in a table without a key is the row as it was', async () => {
    const name = { source: 'local', tableName: 'public.keyless', taskName: 'keyless' };
    await system.sql(async (client) => {
      await client.query('CREATE TABLE public.keyless (id bigint, note text)');
      await client.query('ALTER TABLE public.keyless REPLICA IDENTITY FULL');
    });
    await system.client.create({
      ...{ ...name, taskType: 'INC' },
      taskConfig: {
        ...{ ossPrefix: 'keyless', ossBucket: system.s3.bucket, fileAgeSecondsMax: 1 },
        parquetSchema: [...TOLD.slice(0, 1), { columnName: 'note', type: 'UTF8' }],
        deletes: 'flag',
      },
    });
    const until = { client: system.client, task: name };
    await untilTask({ ...until, what: 'the start', wanted: ({ c }) => c !== null });
    await system.sql(async (client) => {
      await client.query(`INSERT INTO public.keyless VALUES (1, 'one'), (1, 'one'), (2, 'two')`);
      await client.query(`DELETE FROM public.keyless WHERE id = 1`);
    });
    await untilTask({ ...until, what: 'all rows', wanted: ({ rows }) => rows === 5 });
    expect(await read(`read_parquet('s3://${system.s3.bucket}/keyless/*')`, 'op, note')).toEqual([
      ['c', 'one'],
      ['c', 'one'],
      ['c', 'two'],
      ['d', 'one'],
      ['d', 'one'],
    ]);
  }, 120_000);

  test('what does not fit is null in its row, listed, and an object of its own', async () => {
    const name = { source: 'local', tableName: 'public.soiled', taskName: 'soiled' };
    await system.sql(async (client) => {
      await client.query(
        'CREATE TABLE public.soiled (id bigint PRIMARY KEY, small bigint, price numeric, seen text)',
      );
      await client.query(
        `INSERT INTO public.soiled VALUES (1, 5, 1.25, '2026-01-02T10:00:00Z'),
          (2, 3000000000, 1.25, 'Fri, 02 Jan 26 11:00:00 CET'), (3, 1, 12345.678, 'yesterday')`,
      );
    });
    await system.client.create({
      ...name,
      taskConfig: {
        ...{ ossPrefix: 'soiled/day=$dd', ossDirtyPrefix: 'soiled-dirty' },
        ...{ ossBucket: system.s3.bucket, fileAgeSecondsMax: 1 },
        eventTimeColumn: { columnName: 'seen', timeFormat: 'RFC1123' },
        parquetSchema: [
          { columnName: 'id', type: 'INT64' },
          { columnName: 'small', type: 'INT32' },
          { columnName: 'price', type: 'DECIMAL', typeExtend: '5,2' },
        ],
      },
    });
    const until = { client: system.client, task: name };
    const { dirty, objects } = await untilTask({
      ...{ ...until, what: 'all rows' },
      wanted: ({ rows, phase }) => rows === 3 && phase === 'INCR',
    });
    // The first seen is RFC 3339, not RFC 1123.
    expect(dirty).toBe(4);
    expect(
      await read(`read_parquet('s3://${system.s3.bucket}/soiled/*/*')`, 'id, small, price'),
    ).toEqual([
      ['1', '5', '1.25'],
      ['2', 'null', '1.25'],
      ['3', '1', 'null'],
    ]);
    const wrong = [
      ['price', '12345.678'],
      ['seen', '2026-01-02T10:00:00Z'],
      ['seen', 'yesterday'],
      ['small', '3000000000'],
    ];
    const listed = await system.client.dirtyFields(name);
    expect(listed.map(({ column, value }) => [column, value]).sort()).toEqual(wrong);
    expect(listed.every(({ op, reason }) => op === 'r' && reason !== '')).toBe(true);
    // They come behind the rows that they are of.
    const files = new Set(listed.map(({ fileId }) => fileId));
    const all = await eventually(
      async () => {
        const found = await system.client.objects(name);
        const ofDirty = found.filter(({ content }) => content === 'dirty');
        return ofDirty.length === files.size ? found : undefined;
      },
      { what: 'an object of dirty fields for each of rows' },
    );
    const lines = `read_json('s3://${system.s3.bucket}/soiled-dirty/*', format = 'newline_delimited')`;
    expect(await read(lines, '"column", value')).toEqual(wrong);
    const rowFiles = new Set(
      all.filter(({ content }) => content === 'parquet').map((o) => o.fileId),
    );
    expect(rowFiles.size).toBe(objects);
    const named = await read(lines, 'DISTINCT CAST(fileId AS VARCHAR) AS file');
    expect(named.flat()).toEqual([...files].sort());
    expect([...files].every((fileId) => rowFiles.has(fileId))).toBe(true);
    const keys = all.filter(({ content }) => content === 'dirty').map((o) => o.objectKey);
    expect(keys).toContain('soiled-dirty/soiled_0_soiled-dirty__1');
  }, 120_000);

  async function read(relation: string, columns: string): Promise<string[][]> {
    const session = await DuckSession.open(system.s3);
    try {
      const rows = await session.rows(`SELECT ${columns} FROM ${relation} ORDER BY ALL`);
      return rows.map((row) => Object.values(row).map(String)).sort();
    } finally {
      session.close();
    }
  }
});

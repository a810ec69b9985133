import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeReport, type HistoryReport, holds, scanIsDone, sqlName } from '@lakeferry/history';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { runScenario, type RunningTask } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

const ROWS = 5000;
const COLUMNS = { key: 'id', version: 'version', compared: DAY_COLUMNS };
const CHANGES_MS = 3000;

/** Lets changes flow before, while and after the base scan. */
async function flow({ until }: RunningTask): Promise<void> {
  await until('end of the base scan', scanIsDone);
  await sleep(CHANGES_MS);
}

function expectExact(report: HistoryReport): void {
  expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
  expect(report.delivered).toBe(report.required);
  expect(report.required).toBeGreaterThan(0);
  expect(report.foreign).toEqual([]);
}

describe('the main path', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    system = await startSystem({ name: 'main-path' });
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test('a table and its changes arrive by event time', async () => {
    await system.sql((client) => createDayTable(client, 'public.by_day', ROWS));
    const { report } = await runScenario(system, {
      table: dayTable('public.by_day'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'by-day',
      taskType: 'BASE_INC',
      prefix: 'by-day/day=$dd',
      columns: { ...COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' } },
      during: flow,
    });
    expectExact(report);
    expect(report.required).toBeGreaterThan(ROWS / 2);
  }, 300_000);

  test('three lanes, by the hour of the commit', async () => {
    await system.sql((client) => createDayTable(client, 'public.by_hour', ROWS));
    const { report } = await runScenario(system, {
      table: dayTable('public.by_hour'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'by-hour',
      taskType: 'BASE_INC',
      prefix: 'by-hour/day=$yyyy-$MM-$dd/hour=$HH',
      columns: COLUMNS,
      taskConfig: { lanes: 3 },
      during: flow,
    });
    expectExact(report);
  }, 300_000);

  test('an INC task delivers changes from its start on and nothing older', async () => {
    await system.sql((client) => createDayTable(client, 'public.only_changes', ROWS));
    const { report } = await runScenario(system, {
      table: dayTable('public.only_changes'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'only-changes',
      taskType: 'INC',
      prefix: 'only-changes',
      columns: COLUMNS,
      during: async ({ until }) => {
        await until('the start', (view) => view.phase === 'INCR' && view.c !== null);
        await sleep(CHANGES_MS);
      },
    });
    expectExact(report);
    expect(report.optional).toBe(0);
  }, 300_000);

  test('a BASE task delivers the table once and is finished', async () => {
    await system.sql((client) => createDayTable(client, 'public.once', ROWS));
    const { report, view } = await runScenario(system, {
      table: dayTable('public.once'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'once',
      taskType: 'BASE',
      prefix: 'once/day=$dd',
      columns: { ...COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' }, lanes: 2 },
      during: flow,
    });
    expectExact(report);
    expect(view.phase).toBe('INCR');
  }, 300_000);

  test('names with capitals, spaces, quotes, dots and other letters', async () => {
    const name = '"Odd Schema"."Tä""b.le 1"';
    const odd = { id: 'The "Id"', version: 'Ver.sion', day: 'Day of', note: "Nöte's" };
    await system.sql(async (client) => {
      await client.query('CREATE SCHEMA "Odd Schema"');
      await createDayTable(client, name, ROWS);
      for (const [from, to] of Object.entries(odd)) {
        await client.query(`ALTER TABLE ${name} RENAME COLUMN ${from} TO ${sqlName(to)}`);
      }
    });
    const plain = dayTable(name);
    const { report } = await runScenario(system, {
      table: {
        ...plain,
        key: odd.id,
        version: odd.version,
        columns: plain.columns.map((column) => ({
          ...column,
          name: column.name === 'day' ? odd.day : odd.note,
        })),
      },
      rows: ROWS,
      base: `(SELECT version, key, day AS ${sqlName(odd.day)}, note AS ${sqlName(odd.note)}
              FROM ${dayTableBase(ROWS)}) AS odd`,
      taskName: 'odd-names',
      taskType: 'BASE_INC',
      prefix: 'odd names/Ünicode/day=$dd',
      columns: {
        key: odd.id,
        version: odd.version,
        eventTime: odd.day,
        compared: [
          { name: odd.day, objectName: odd.day, type: 'DATE' },
          { name: odd.note, objectName: odd.note, type: 'VARCHAR' },
        ],
      },
      taskConfig: { eventTimeColumn: { columnName: odd.day } },
      during: flow,
    });
    expectExact(report);
  }, 300_000);

  test('a partitioned table arrives through its root', async () => {
    const name = 'public.parted';
    await system.sql(async (client) => {
      await client.query(`CREATE TABLE ${name} (id bigint PRIMARY KEY, version bigint NOT NULL,
        day date NOT NULL, note text, written_by text) PARTITION BY RANGE (id)`);
      for (const [partition, from, to] of [
        ['parted_low', '0', '2000'],
        ['parted_mid', '2000', '5500'],
        ['parted_high', '5500', 'MAXVALUE'],
      ]) {
        await client.query(
          `CREATE TABLE public.${partition} PARTITION OF ${name} FOR VALUES FROM (${from}) TO (${to})`,
        );
      }
      await client.query(`INSERT INTO ${name} SELECT i, i, DATE '2026-01-01' + (i % 6)::int,
        'note ' || i, 'load' FROM generate_series(1, ${ROWS}) AS i`);
    });
    const { report } = await runScenario(system, {
      table: dayTable(name),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'parted',
      taskType: 'BASE_INC',
      prefix: 'parted/day=$dd',
      columns: { ...COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' }, lanes: 2 },
      during: flow,
    });
    expectExact(report);
  }, 300_000);
});

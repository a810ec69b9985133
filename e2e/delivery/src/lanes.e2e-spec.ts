import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeReport, holds, scanIsDone } from '@lakeferry/history';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { runScenario } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

const ROWS = 5_000;
/** Six connections without much of a pause write several times what is meant for one lane. */
const BUSY_MS = 5;
const QUIET_MS = 15_000;

describe('lanes that come and go with the rate', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    const changefeed = {
      LAKEFERRY_LANE_ROWS_PER_SECOND: '40',
      LAKEFERRY_LANE_GROW_SECONDS: '2',
      LAKEFERRY_LANE_SHRINK_SECONDS: '8',
      LAKEFERRY_WATERMARK_MS: '500',
    };
    system = await startSystem({ name: 'lanes', env: { changefeed } });
    await system.add('encoder');
    await system.add('writer');
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  test('from one to four, back to one, and up again through a crash: nothing lost or doubled', async () => {
    await system.sql((client) => createDayTable(client, 'public.growing', ROWS));
    const { report, view } = await runScenario(system, {
      table: dayTable('public.growing'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'growing',
      taskType: 'BASE_INC',
      prefix: 'growing/day=$dd',
      columns: { key: 'id', version: 'version', compared: DAY_COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' } },
      connections: 6,
      pauseMs: BUSY_MS,
      during: async ({ until, workload }) => {
        await until('end of the base scan', scanIsDone);
        await until('four lanes', ({ lanes }) => lanes === 4);
        workload.pauseFor(QUIET_MS);
        await until('one lane again', ({ lanes }) => lanes === 1);
        const { rows } = await until('a status', () => true);
        await until('rows through one lane', (now) => now.rows > rows);
        workload.pauseFor(BUSY_MS);
        await until('more lanes', ({ lanes }) => lanes > 1);
        await system.crash('changefeed');
        await until('four lanes again', ({ lanes }) => lanes === 4);
      },
    });
    expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
    expect(view.rows).toBe(report.rows);
    const objects = await system.client.objects({
      ...{ source: 'local', tableName: 'public.growing', taskName: 'growing' },
    });
    expect([...new Set(objects.map(({ lane }) => lane))].sort()).toEqual([0, 1, 2, 3]);
  }, 400_000);
});

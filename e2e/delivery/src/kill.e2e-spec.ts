import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeReport, holds, scanIsDone } from '@lakeferry/history';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { runScenario, type RunningTask } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

const ROWS = 20_000;

describe('services that are killed', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    system = await startSystem({ name: 'kill' });
    await system.add('encoder');
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  /** Rows flow: more are delivered than when it was asked. */
  async function untilMoreArrives({ until }: RunningTask): Promise<void> {
    const { rows } = await until('a status', () => true);
    await until('more rows', (view) => view.rows > rows);
  }

  test('three lanes, two encoders: nothing is lost and nothing doubled', async () => {
    await system.sql((client) => createDayTable(client, 'public.killed', ROWS));
    const { report } = await runScenario(system, {
      table: dayTable('public.killed'),
      rows: ROWS,
      base: dayTableBase(ROWS),
      taskName: 'killed',
      taskType: 'BASE_INC',
      prefix: 'killed/day=$dd',
      columns: { key: 'id', version: 'version', compared: DAY_COLUMNS, eventTime: 'day' },
      taskConfig: { eventTimeColumn: { columnName: 'day' }, lanes: 3 },
      connections: 6,
      pauseMs: 5,
      during: async (running) => {
        await running.until('end of the base scan', scanIsDone);
        await untilMoreArrives(running);
        await system.crashInTransaction('changefeed', (id) => id.includes('.stream.'));
        await untilMoreArrives(running);
        await system.crashInTransaction('encoder', (id) => id.includes('.lane.'));
        await untilMoreArrives(running);
        // Each is struck while the others work and files are open, at odd moments of their rhythm.
        for (const service of ['writer', 'encoder', 'changefeed'] as const) {
          await sleep(700);
          await system.crash(service);
          await untilMoreArrives(running);
        }
      },
    });
    expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
    expect(report.required).toBeGreaterThan(ROWS);
  }, 400_000);
});

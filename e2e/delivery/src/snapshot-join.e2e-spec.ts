import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeReport, holds, scanIsDone } from '@lakeferry/history';
import { createDayTable, DAY_COLUMNS, dayTable, dayTableBase } from './day-table.js';
import { removeTask, runScenario } from './scenario.js';
import { type DeliverySystem, startSystem } from './system.js';

/** More rounds make a long lane: LAKEFERRY_ROUNDS=50. */
const ROUNDS = Number(process.env['LAKEFERRY_ROUNDS'] ?? 5);
const ROWS = 40_000;
const REPLACED_MIN = 500;

describe('the snapshot join', () => {
  let system: DeliverySystem;

  beforeAll(async () => {
    // Few pages a chunk and a pause after each: the scan lasts long enough to be overtaken by writers.
    const env = { LAKEFERRY_SCAN_CHUNK_PAGES: '16', LAKEFERRY_SCAN_DELAY_MS: '150' };
    system = await startSystem({ name: 'snapshot-join', env: { changefeed: env } });
  }, 180_000);

  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  const rounds = Array.from({ length: ROUNDS }, (_, index) => index + 1);

  test.each(rounds)(
    'round %i: the changefeed is killed in mid-scan while writers replace what it reads',
    async (round) => {
      const name = `public.joined_${round}`;
      const taskName = `joined-${round}`;
      await system.sql((client) => createDayTable(client, name, ROWS));
      const { report } = await runScenario(system, {
        table: dayTable(name),
        rows: ROWS,
        base: dayTableBase(ROWS),
        taskName,
        taskType: 'BASE_INC',
        prefix: `joined-${round}/day=$dd`,
        columns: { key: 'id', version: 'version', compared: DAY_COLUMNS, eventTime: 'day' },
        taskConfig: { eventTimeColumn: { columnName: 'day' }, lanes: 2 },
        connections: 8,
        seed: round,
        mix: { savepointShare: 0.4, partialRollbackShare: 0.4, rekeyShare: 0.1 },
        during: async ({ until }) => {
          const share = 0.2 + 0.1 * (round % 5);
          const struck = await until(
            'the middle of the scan',
            ({ scan }) =>
              scan !== null && scan.pagesTotal > 0 && scan.pagesDone >= share * scan.pagesTotal,
          );
          expect(scanIsDone(struck)).toBe(false);
          await system.crash('changefeed');
          await until('end of the base scan', scanIsDone);
          await sleep(1000);
        },
      });
      expect(holds(report) ? 'holds' : describeReport(report).join('\n')).toBe('holds');
      expect(report.optional).toBeGreaterThanOrEqual(REPLACED_MIN);
      // A round is as hard as the first, whatever their number.
      await removeTask(system.client, { source: 'local', tableName: name, taskName });
      await system.sql((client) => client.query(`DROP TABLE ${name}`));
    },
    300_000,
  );
});

import { right } from '../report/columns.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskName } from '@lakeferry/history';
import { SERVICE_NAMES } from '@lakeferry/stack';
import { until, type BenchSystem } from '../bench-system.js';
import { makeTable } from '../load/bulk-writer.js';
import { insertRowsSql, ORDERS, type BenchTable } from '../load/tables.js';
import type { ResultTable } from '../report/bench-result.js';
import { figure } from '../report/figures.js';
import type { Measured } from '../series/measured.js';
import { costCells, COST_COLUMNS } from './cost-cells.js';
import { scaled, type ExperimentContext } from './experiment.js';

const TASKS = [1, 10, 100];
const ROWS = 400_000;
const ROWS_PER_TRANSACTION = 100;
const IDLE_MS = 20_000;
const START_MS_MAX = 5 * 60_000;
const DELIVERY_MS_MAX = 10 * 60_000;

interface Followed {
  readonly table: BenchTable;
  readonly task: TaskName;
}

/** The same rows over more tables, each with a task of its own; and what tasks cost that have nothing to do. */
export async function scaleTasks({ system, scale, say }: ExperimentContext): Promise<ResultTable> {
  const rows = scaled(ROWS, scale);
  const cells: string[][] = [];
  for (const tasks of TASKS) {
    const followed = Array.from({ length: tasks }, (_, at) => ({
      table: { ...ORDERS, name: `public.of_${tasks}_${at}` },
      task: {
        ...{ source: 'local', tableName: `public.of_${tasks}_${at}` },
        taskName: `of-${tasks}-${at}`,
      },
    }));
    const startSeconds = await follow(system, followed);
    const idle = await measureIdle(system, IDLE_MS * Math.min(1, scale * 10));
    const busy = await measureBusy(system, followed, rows);
    cells.push([String(tasks), figure(startSeconds), figure(idle), ...costCells(busy)]);
    say(`  ${cells.at(-1)?.join('  ') ?? ''}`);
    for (const { task } of followed) await system.removeTask(task);
    await system.clear('tasks');
  }
  const names = ['tasks', 'seconds until all have started', 'CPU s per second when idle, services'];
  return {
    title: `${rows.toLocaleString('en')} rows in transactions of ${ROWS_PER_TRANSACTION} over more tasks`,
    columns: [...names.map(right), ...COST_COLUMNS],
    rows: cells,
  };
}

/** @returns seconds until all tasks have started */
async function follow(system: BenchSystem, followed: readonly Followed[]): Promise<number> {
  for (const { table } of followed) await makeTable(system.sql, table, 0);
  const startedAt = performance.now();
  for (const { task } of followed) {
    await system.tasks.create({
      ...{ ...task, taskType: 'INC' },
      taskConfig: {
        ...{ ossPrefix: `tasks/${task.taskName}`, ossBucket: system.s3.bucket },
        ...{ parquetSchema: 'auto', fileAgeSecondsMax: 5 },
      },
    });
  }
  for (const { task } of followed) {
    const hasStarted = async () => (await system.tasks.describe(task)).c !== null;
    await until(`the start of ${task.taskName}`, START_MS_MAX, hasStarted);
  }
  return (performance.now() - startedAt) / 1000;
}

/** @returns CPU seconds of the services in a second without rows */
async function measureIdle(system: BenchSystem, ms: number): Promise<number> {
  const meter = system.meter();
  const startedAt = performance.now();
  await sleep(ms);
  const seconds = (performance.now() - startedAt) / 1000;
  const { cpuSeconds } = meter.end();
  return SERVICE_NAMES.reduce((sum, name) => sum + (cpuSeconds[name] ?? 0), 0) / seconds;
}

async function measureBusy(
  system: BenchSystem,
  followed: readonly Followed[],
  rows: number,
): Promise<Measured> {
  const meter = system.meter();
  const startedAt = performance.now();
  const rounds = Math.ceil(rows / ROWS_PER_TRANSACTION / followed.length);
  for (let round = 0; round < rounds; round += 1) {
    const first = round * ROWS_PER_TRANSACTION + 1;
    const keys = [String(first), String(first + ROWS_PER_TRANSACTION - 1)] as const;
    for (const { table } of followed) await system.sql.query(insertRowsSql(table, ...keys));
  }
  const each = rounds * ROWS_PER_TRANSACTION;
  for (const { task } of followed) {
    const have = async () => (await system.tasks.describe(task)).rows >= each;
    await until(`the rows of ${task.taskName}`, DELIVERY_MS_MAX, have);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { rows: each * followed.length, seconds, ...meter.end(), figures: {} };
}

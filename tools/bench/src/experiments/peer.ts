import { SERVICE_NAMES } from '@lakeferry/stack';
import type { BenchSystem } from '../bench-system.js';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS } from '../load/tables.js';
import type { ConnectWorker } from '../peer/connect-worker.js';
import { debeziumBase } from '../peer/debezium-base.js';
import { debeziumCatchUp } from '../peer/debezium-catch-up.js';
import { prepareWorker } from '../peer/peer-worker.js';
import { QUOTED_FIGURES } from '../peer/quoted-figures.js';
import type { ResultTable } from '../report/bench-result.js';
import { costTable, rateChart, volumeTable } from '../report/rate-report.js';
import type { Series } from '../series/measured.js';
import { runSeries } from '../series/run-series.js';
import { baseDelivery } from './base-delivery.js';
import { CatchUpDelivery, type LogReader } from './catch-up.js';
import { runCatchUps } from './catch-up-series.js';
import { scaled, type Experiment, type ExperimentContext } from './experiment.js';

const BASE_ROWS = 1_000_000;
const CATCH_UP_ROWS = 500_000;
const OURS = { base: 'Lakeferry, base', catchUp: 'Lakeferry, catch-up' };
const AGAIN = 'Lakeferry, base again';
const THEIRS = { base: 'Debezium → Kafka, base', catchUp: 'Debezium → Kafka, catch-up' };

/**
 * The cheaper half of what a user would take instead, on the same machine in the same run. Services and worker
 * stay up while it is the other's turn, so that neither begins with cold code.
 */
export const PEER: Experiment = {
  name: 'peer',
  title: 'Beside Debezium in Kafka Connect',
  about: 'the same tables into Kafka by Debezium, in turns with ours into the bucket',
  run: async (context) => {
    const { system, say } = context;
    await system.startServices();
    const worker = await prepareWorker(system.stack, say);
    await worker.start();
    try {
      const series = [...(await bases(context, worker)), ...(await catchUps(context, worker))];
      return {
        settings: { 'rows of the base': scaled(BASE_ROWS, context.scale), rounds: context.rounds },
        series,
        ratios: [
          { numerator: OURS.base, denominator: THEIRS.base, of: 'rowsPerSecond', least: 3, aim: 5 },
          ...[
            {
              ...{ numerator: OURS.catchUp, denominator: THEIRS.catchUp },
              ...{ of: 'rowsPerSecond' as const, least: 3.5, aim: 7 },
            },
          ],
          {
            ...{ numerator: THEIRS.base, denominator: OURS.base, of: 'cpuPerMillion' },
            processes: { numerator: ['connect'], denominator: [...SERVICE_NAMES] },
            ...{ least: 3, aim: 5, note: 'the Connect worker against all our services' },
          },
        ],
        noise: { contestant: OURS.base, again: AGAIN },
        tables: [costTable(series), volumeTable(series), quotedTable()],
        charts: [rateChart('Rows per second beside Debezium → Kafka', series)],
      };
    } finally {
      await worker.stop();
    }
  },
};

function columnsOf([first = '', ...others]: readonly string[]): ResultTable['columns'] {
  const column = (name: string) => ({ name, align: 'left' as const });
  return [column(first), ...others.map(column)];
}

function quotedTable(): ResultTable {
  const { title, note, head, rows } = QUOTED_FIGURES;
  return { title, note, columns: columnsOf(head), rows };
}

async function bases(
  { system, rounds, scale, say }: ExperimentContext,
  worker: ConnectWorker,
): Promise<Series[]> {
  const rows = scaled(BASE_ROWS, scale);
  await makeTable(system.sql, ORDERS, rows);
  const contestants = [
    baseDelivery(system, { table: ORDERS, rows }, OURS.base),
    {
      ...debeziumBase({ stack: system.stack, worker, table: ORDERS.name, rows }),
      name: THEIRS.base,
    },
    baseDelivery(system, { table: ORDERS, rows }, AGAIN),
  ];
  return runSeries({ contestants, rounds, say });
}

function catchUps(
  { system, rounds, scale, say }: ExperimentContext,
  worker: ConnectWorker,
): Promise<Series[]> {
  const table = { ...ORDERS, name: 'public.changes' };
  const options = { table, rows: scaled(CATCH_UP_ROWS, scale), rowsPerTransaction: 1_000 };
  const readers = [
    new CatchUpDelivery(system, options, OURS.catchUp),
    debeziumReader(system, worker, options),
  ];
  return runCatchUps(system, { ...options, readers, rounds, say });
}

function debeziumReader(
  { stack }: BenchSystem,
  worker: ConnectWorker,
  { table, rows }: { readonly table: { readonly name: string }; readonly rows: number },
): LogReader {
  const contestant = debeziumCatchUp({ stack, worker, table: table.name, rows });
  return {
    name: THEIRS.catchUp,
    hold: (round) => contestant.prepare(round),
    written: async () => undefined,
    run: (round) => contestant.run(round),
    release: () => contestant.abandon(),
  };
}

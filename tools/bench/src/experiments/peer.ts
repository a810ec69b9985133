import { left } from '../report/columns.js';
import { SERVICE_NAMES } from '@lakeferry/stack';
import { makeTable } from '../load/bulk-writer.js';
import { ORDERS } from '../load/tables.js';
import { QUOTED_FIGURES } from '../peer/quoted-figures.js';
import type { Comparison, ResultTable } from '../report/bench-result.js';
import { costTable, rateChart, volumeTable } from '../report/rate-report.js';
import type { Series } from '../series/measured.js';
import { runSeries } from '../series/run-series.js';
import { baseDelivery } from './base-delivery.js';
import { CatchUpDelivery } from './catch-up.js';
import { runCatchUps } from './catch-up-series.js';
import { scaled, type Experiment, type ExperimentContext } from './experiment.js';
import { PEERS, Peers } from './peer-contestants.js';

const BASE_ROWS = 1_000_000;
const CATCH_UP_ROWS = 500_000;
const OURS = { base: 'Lakeferry, base', catchUp: 'Lakeferry, catch-up' };
const AGAIN = 'Lakeferry, base again';

/**
 * What a user would take instead, on the same machine in the same run. All programs stay up while it is
 * another's turn, so that none begins with cold code.
 */
export const PEER: Experiment = {
  name: 'peer',
  title: 'Beside Debezium in Kafka Connect',
  about: 'the same tables by Debezium into Kafka, and on by Spark into Parquet, in turns with ours',
  run: async (context) => {
    const { system, rounds, scale, say } = context;
    await system.startServices();
    await using peers = await Peers.start(system, say);
    const series = [...(await bases(context, peers)), ...(await catchUps(context, peers))];
    return {
      settings: {
        'rows of the base': scaled(BASE_ROWS, scale),
        'rows to catch up with': scaled(CATCH_UP_ROWS, scale),
        rounds,
      },
      series,
      ratios: comparisons(),
      noise: { contestant: OURS.base, again: AGAIN },
      tables: [costTable(series), volumeTable(series), quotedTable()],
      charts: [rateChart('Rows per second beside the peer', series)],
    };
  },
};

/** Targets are against the cheaper half alone; the whole peer is there to be known. */
function comparisons(): Comparison[] {
  const ours = [...SERVICE_NAMES];
  return [
    rates(OURS.base, PEERS.base, { least: 3, aim: 5 }),
    rates(OURS.base, PEERS.bareBase),
    rates(OURS.base, PEERS.wholeBase, { least: 8, aim: 14 }),
    rates(OURS.catchUp, PEERS.catchUp, { least: 3.5, aim: 7 }),
    rates(OURS.catchUp, PEERS.wholeCatchUp),
    {
      ...{ numerator: PEERS.base, denominator: OURS.base, of: 'cpuPerMillion' },
      processes: { numerator: ['connect'], denominator: ours },
      ...{ least: 3, aim: 5, note: 'the Connect worker against all our services' },
    },
    {
      ...{ numerator: PEERS.wholeBase, denominator: OURS.base, of: 'cpuPerMillion' },
      processes: { numerator: ['connect', 'spark'], denominator: ours },
      ...{ least: 6, note: 'the Connect worker and Spark against all our services' },
    },
  ];
}

function rates(
  numerator: string,
  denominator: string,
  target: { readonly least?: number; readonly aim?: number } = {},
): Comparison {
  return { numerator, denominator, of: 'rowsPerSecond', ...target };
}

async function bases(
  { system, rounds, scale, say }: ExperimentContext,
  peers: Peers,
): Promise<Series[]> {
  const load = { table: ORDERS, rows: scaled(BASE_ROWS, scale) };
  await makeTable(system.sql, load.table, load.rows);
  const contestants = [
    baseDelivery(system, load, OURS.base),
    ...peers.bases(load),
    baseDelivery(system, load, AGAIN),
  ];
  return runSeries({ contestants, rounds, say });
}

function catchUps(
  { system, rounds, scale, say }: ExperimentContext,
  peers: Peers,
): Promise<Series[]> {
  const table = { ...ORDERS, name: 'public.changes' };
  const load = { table, rows: scaled(CATCH_UP_ROWS, scale), rowsPerTransaction: 1_000 };
  const readers = [new CatchUpDelivery(system, load, OURS.catchUp), ...peers.catchUps(load)];
  return runCatchUps(system, { ...load, readers, rounds, say });
}

function quotedTable(): ResultTable {
  const { title, note, head, rows } = QUOTED_FIGURES;
  const [first = '', ...others] = head;
  return { title, note, columns: [left(first), ...others.map(left)], rows };
}

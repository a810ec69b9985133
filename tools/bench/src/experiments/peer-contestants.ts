import { join } from 'node:path';
import type { BenchSystem } from '../bench-system.js';
import type { BenchTable } from '../load/tables.js';
import type { ConnectWorker } from '../peer/connect-worker.js';
import { debeziumBase } from '../peer/debezium-base.js';
import { debeziumCatchUp, type CatchUpContestant } from '../peer/debezium-catch-up.js';
import { prepareWorker } from '../peer/peer-worker.js';
import { SparkProcess } from '../peer/spark-process.js';
import { wholePeerBase, wholePeerCatchUp, type SparkSinkOptions } from '../peer/spark-sink.js';
import type { Contestant } from '../series/measured.js';
import type { LogReader } from '../series/log-reader.js';

interface PeerLoad {
  readonly table: BenchTable;
  readonly rows: number;
}

/** Who runs beside us, by what it does. */
export const PEERS = {
  base: 'Debezium → Kafka, base',
  bareBase: 'Debezium → Kafka, base, rows without envelope',
  wholeBase: 'Debezium → Kafka → Spark, base',
  catchUp: 'Debezium → Kafka, catch-up',
  wholeCatchUp: 'Debezium → Kafka → Spark, catch-up',
} as const;

/** The programs of the peer, up for all rounds: what warms up stays warm. */
export class Peers implements AsyncDisposable {
  private constructor(
    private readonly system: BenchSystem,
    private readonly worker: ConnectWorker,
    private readonly spark: SparkProcess,
  ) {}

  static async start(system: BenchSystem, say: (line: string) => void): Promise<Peers> {
    const worker = await prepareWorker(system.stack, say);
    await worker.start();
    try {
      const folder = join(system.stack.dataDir, 'spark');
      return new Peers(system, worker, await SparkProcess.start({ folder, s3: system.s3, say }));
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  bases(load: PeerLoad): Contestant[] {
    const { stack } = this.system;
    const options = { stack, worker: this.worker, table: load.table.name, rows: load.rows };
    return [
      { ...debeziumBase(options), name: PEERS.base },
      { ...debeziumBase({ ...options, events: 'rows' }), name: PEERS.bareBase },
      { ...wholePeerBase(this.wholeOptions(load)), name: PEERS.wholeBase },
    ];
  }

  catchUps(load: PeerLoad): LogReader[] {
    const { stack } = this.system;
    const options = { stack, worker: this.worker, table: load.table.name, rows: load.rows };
    return [
      readerOf(PEERS.catchUp, debeziumCatchUp(options)),
      readerOf(PEERS.wholeCatchUp, wholePeerCatchUp(this.wholeOptions(load))),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spark.stop();
    await this.worker.stop();
  }

  private wholeOptions({ table, rows }: PeerLoad): SparkSinkOptions {
    const { system, worker, spark } = this;
    return {
      ...{ stack: system.stack, worker, spark, table, rows, s3: system.s3, folder: 'peer' },
      clear: (folder) => system.clear(folder),
    };
  }
}

function readerOf(name: string, contestant: CatchUpContestant): LogReader {
  return {
    name,
    hold: (round) => contestant.prepare(round),
    written: async () => undefined,
    run: (round) => contestant.run(round),
    release: () => contestant.abandon(),
  };
}

import type { TaskName } from '@lakeferry/history';
import { pidOf, until, type BenchSystem } from '../bench-system.js';
import { writeTransactions, type KeyRange } from '../load/bulk-writer.js';
import type { BenchTable } from '../load/tables.js';
import type { LogReader } from '../series/log-reader.js';
import type { Measured } from '../series/measured.js';
import { countDelivered, untilDelivered } from './delivered-rows.js';

export interface CatchUpOptions {
  readonly table: BenchTable;
  readonly rows: number;
  readonly rowsPerTransaction: number;
}

const WAIT_MS_MAX = 60_000;
const FILE_AGE_SECONDS = 1;

/** Writes the rows of a round, each round other keys. */
export async function writeRound(
  system: BenchSystem,
  round: number,
  { table, rows, rowsPerTransaction }: CatchUpOptions,
): Promise<void> {
  const keys: KeyRange = { first: round * rows + 1, last: (round + 1) * rows };
  await writeTransactions(system.sql, { table, keys, rowsPerTransaction });
}

/** An INC task, from the start of a changefeed that was stopped until a listing has the last object. */
export class CatchUpDelivery implements LogReader {
  private task: TaskName;

  constructor(
    private readonly system: BenchSystem,
    private readonly options: CatchUpOptions,
    readonly name = 'Lakeferry',
  ) {
    this.task = { source: 'local', tableName: options.table.name, taskName: 'catch-up' };
  }

  async hold(round: number): Promise<void> {
    const { system } = this;
    this.task = { ...this.task, taskName: `catch-up-${round}` };
    await system.tasks.create({
      ...{ ...this.task, taskType: 'INC' },
      taskConfig: {
        ...{ ossPrefix: this.folder, ossBucket: system.s3.bucket, parquetSchema: 'auto' },
        // The last rows don't wait for the company of others.
        fileAgeSecondsMax: FILE_AGE_SECONDS,
      },
    });
    const hasStarted = async () => (await system.tasks.describe(this.task)).c !== null;
    await until('the start of the task', WAIT_MS_MAX, hasStarted);
    await system.service('changefeed').stop();
  }

  async written(): Promise<void> {
    // Its slot was held all the time.
  }

  async run(): Promise<Measured> {
    const { system, task, options } = this;
    const meter = system.meter();
    const startedAt = performance.now();
    await system.service('changefeed').start();
    meter.add('changefeed', pidOf(system.service('changefeed')));
    await untilDelivered(system, task, options.rows);
    const objects = await system.objectSizes(this.folder);
    const seconds = (performance.now() - startedAt) / 1000;
    const use = meter.end();
    return {
      ...{ seconds, ...use },
      rows: await countDelivered(system, this.folder),
      figures: {
        objects: objects.length,
        objectBytes: objects.reduce((sum, bytes) => sum + bytes, 0),
        kafkaBytes: system.kafkaBytes(task.taskName),
      },
    };
  }

  async release(): Promise<void> {
    await this.system.removeTask(this.task);
    await this.system.clear(this.folder);
  }

  private get folder(): string {
    return `catch-up/${this.task.taskName}`;
  }
}

import type { TaskName } from '@lakeferry/history';
import type { BenchSystem } from '../bench-system.js';
import type { BenchTable } from '../load/tables.js';
import type { Contestant, Measured } from '../series/measured.js';
import { countDelivered, untilDelivered } from './delivered-rows.js';

export interface BaseDeliveryOptions {
  readonly table: BenchTable;
  readonly rows: number;
  /** Of the task; 1 where it does not say. */
  readonly lanes?: number;
  /** What `ossPrefix` has behind the folder of the task. */
  readonly prefix?: string;
  readonly eventTimeColumn?: string;
  /** Told with the folder of the objects, which are gone behind it. */
  readonly onObjects?: (folder: string) => Promise<void>;
}

/** A BASE task, from its creation until a listing has the last object. */
export function baseDelivery(
  system: BenchSystem,
  options: BaseDeliveryOptions,
  name = 'Lakeferry',
): Contestant {
  const { table, rows, lanes = 1, prefix, eventTimeColumn } = options;
  return {
    name,
    run: async (round) => {
      const task: TaskName = {
        ...{ source: 'local', tableName: table.name },
        taskName: `base-${lanes}-${round}`,
      };
      const folder = `base/${task.taskName}`;
      const meter = system.meter();
      const startedAt = performance.now();
      await system.tasks.create({
        ...{ ...task, taskType: 'BASE' },
        taskConfig: {
          ...{ ossBucket: system.s3.bucket, parquetSchema: 'auto', lanes },
          ossPrefix: prefix === undefined ? folder : `${folder}/${prefix}`,
          ...(eventTimeColumn !== undefined && {
            eventTimeColumn: { columnName: eventTimeColumn },
          }),
        },
      });
      await untilDelivered(system, task, rows);
      const objects = await system.objectSizes(folder);
      const seconds = (performance.now() - startedAt) / 1000;
      const use = meter.end();
      const measured: Measured = {
        ...{ seconds, ...use },
        rows: await countDelivered(system, folder),
        figures: {
          objects: objects.length,
          objectBytes: objects.reduce((sum, bytes) => sum + bytes, 0),
          kafkaBytes: system.kafkaBytes(task.taskName),
        },
      };
      await options.onObjects?.(folder);
      await system.removeTask(task);
      await system.clear(folder);
      return measured;
    },
  };
}

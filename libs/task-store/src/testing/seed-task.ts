import { randomUUID } from 'node:crypto';
import { TASK_CONFIG_DEFAULTS, type TaskConfig } from '@lakeferry/contracts';
import type { TaskStore } from '../open-task-store.js';
import type { StoredTask } from '../task-repository.js';

const CONFIG: TaskConfig = {
  ossPrefix: 'orders/year=$yyyy/month=$MM',
  ossBucket: 'lake',
  format: 'Parquet',
  timeZone: 'UTC',
  ...TASK_CONFIG_DEFAULTS,
  schema: [
    { columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN', sourceType: 'int8' },
  ],
  fileBytesTarget: 64 * 1024 * 1024,
  fileAgeSecondsMax: 120,
};

/** A task with its source, as it stands after a create; active unless said otherwise. */
export async function seedTask(
  store: TaskStore,
  options: { source?: string; taskName?: string; state?: 'creating' | 'active' } = {},
): Promise<StoredTask> {
  const source = options.source ?? 'local';
  if ((await store.sources.find(source)) === undefined) {
    await store.sources.create({ name: source, sealedUrl: 'sealed' });
  }
  const taskId = randomUUID();
  const created = await store.tasks.create(
    {
      ...{ taskId, source, tableName: 'public.orders', taskType: 'BASE_INC', config: CONFIG },
      taskName: options.taskName ?? `t-${taskId.slice(0, 8)}`,
      ...{ requested: {}, warnings: [], lanes: 1 },
    },
    () => null,
  );
  if (options.state === 'creating') return created;
  return (await store.tasks.changeState(taskId, ['creating'], 'active')) ?? created;
}

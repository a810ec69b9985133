import { randomUUID } from 'node:crypto';
import {
  TASK_CONFIG_DEFAULTS,
  formatLsn,
  RECORD_HEADERS,
  type ControlRecord,
  type DesiredTask,
  type FileSeal,
  type TaskPlan,
} from '@lakeferry/contracts';
import type { FollowedRecord, TopicMessage } from '@lakeferry/kafka';
import type { EncoderPipelineOptions } from '../encoder.pipeline.js';

export interface HarnessOptions {
  readonly taskType?: DesiredTask['taskType'];
  readonly lanes?: number;
  readonly fileBytesTarget?: number;
  readonly fileAgeSecondsMax?: number;
}

export interface TestRow {
  readonly id: number;
  readonly note?: string | null;
  /** Columns that did not fit a record. */
  readonly oversize?: readonly string[];
  /** Commit time: decides the rendered prefix. */
  readonly at?: string;
}

/** Partitions of a task's topics. */
export const PARTITIONS = 4;
/** The point at which the tasks start. */
export const C = 0x1000n;
export const AT = '2026-11-20T10:00:00.000000Z';

export function encoderConfig(): EncoderPipelineOptions['config'] {
  return { memoryBytesMax: 64 * 1024 * 1024, threads: 1, openPrefixesMax: 16, freeSeconds: 1 };
}

/** Rows in the files whose seals are among the records; lines of dirty fields are none. */
export function rowsOf(records: readonly FollowedRecord[]): number {
  return records
    .filter((record) => record.headers['kind'] === 'seal')
    .map((record) => JSON.parse(`${record.value}`) as Pick<FileSeal, 'rows' | 'content'>)
    .reduce((sum, { rows, content }) => sum + (content === 'dirty' ? 0 : rows), 0);
}

export function newTask(options: HarnessOptions): DesiredTask {
  const {
    taskType = 'INC',
    lanes = 1,
    fileBytesTarget = 64 << 20,
    fileAgeSecondsMax = 0.5,
  } = options;
  return {
    v: 1,
    taskId: randomUUID(),
    taskName: `enc${randomUUID().slice(0, 8)}`,
    source: 'test',
    tableName: 'public.orders',
    taskType,
    state: 'active',
    lanes,
    config: {
      ossPrefix: 'orders/day=$dd',
      ossBucket: 'lake',
      format: 'Parquet',
      timeZone: 'UTC',
      ...TASK_CONFIG_DEFAULTS,
      schema: [
        {
          columnName: 'id',
          ossColumnName: 'id',
          type: 'INT64',
          encode: 'PLAIN',
          sourceType: 'int8',
        },
        {
          columnName: 'note',
          ossColumnName: 'note',
          type: 'UTF8',
          encode: 'PLAIN',
          sourceType: 'text',
        },
      ],
      fileBytesTarget,
      fileAgeSecondsMax,
    },
    schemaVersion: 1,
    createdAt: '2026-11-20T09:00:00.000Z',
  };
}

export function newPlan(task: DesiredTask): TaskPlan {
  return {
    v: 1,
    taskId: task.taskId,
    c: formatLsn(C),
    snapshot: '10:20:',
    at: AT,
    systemIdentifier: '1',
    timeline: 1,
    slot: 'test',
    tableOid: 1,
    leaves: [],
    chunkPages: 1,
    scanLanes: task.lanes,
  };
}

export function mutations(partition: number, lines: readonly string[]): TopicMessage {
  const headers = { [RECORD_HEADERS.kind]: 'mutations', [RECORD_HEADERS.rows]: `${lines.length}` };
  return { partition, value: `${lines.join('\n')}\n`, headers };
}

export function control(partition: number, record: ControlRecord): TopicMessage {
  const headers = { [RECORD_HEADERS.kind]: record.control };
  return { partition, value: JSON.stringify(record), headers };
}

export function planMessages(
  partition: number,
  records: readonly (readonly [key: string, value: object])[],
): TopicMessage[] {
  return records.map(([key, value]) => ({ partition, key, value: JSON.stringify(value) }));
}

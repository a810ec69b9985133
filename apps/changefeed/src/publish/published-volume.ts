import { RECORD_HEADERS, type DesiredTask } from '@lakeferry/contracts';
import { metrics } from '@lakeferry/observability';
import type { LaneRecord } from '../stream/lane-buffer.js';
import type { HeldBytes } from './held-bytes.js';

/** Counts records of a task that pass a stage, for metrics and for the budget of held bytes. */
export function countPublished(
  heldBytes: HeldBytes,
  stage: 'stream' | 'scan',
  passed: { readonly task: DesiredTask; readonly records: readonly LaneRecord[] },
): void {
  const { task, records } = passed;
  let rows = 0;
  let bytes = 0;
  for (const { value, headers } of records) {
    rows += Number(headers[RECORD_HEADERS.rows] ?? 0);
    bytes += value.length;
  }
  metrics.rows.inc({ stage, task: task.taskName }, rows);
  metrics.bytes.inc({ stage, task: task.taskName }, bytes);
  heldBytes.published(task.taskId, records.length, bytes);
}

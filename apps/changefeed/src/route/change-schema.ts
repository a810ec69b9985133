import type { DesiredTask, SourceRoute } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { readTableShape, type PgSession } from '@lakeferry/postgres';
import type { Clock } from '@lakeferry/runtime';
import type { StreamSink } from '../stream/stream-sink.js';
import type { RouteChanges } from './route-changes.js';

export interface ChangeSchemaOptions {
  readonly route: SourceRoute;
  /** What the user wants. */
  readonly task: DesiredTask;
  readonly session: PgSession;
  readonly sink: Pick<StreamSink, 'passedLsn'>;
  readonly changes: RouteChanges;
  readonly clock: Clock;
}

const PASSED_POLL_MS = 50;

/**
 * Puts what the user wants of a running task in force. The stream has to have passed the table as it
 * was looked at: no change that is still to come is older than it.
 */
export async function changeSchema(
  options: ChangeSchemaOptions,
  signal: AbortSignal,
): Promise<void> {
  const { route, task, session, sink, changes, clock } = options;
  const shape = await readTableShape(session, route.tableOid);
  if (shape === null) {
    throw new DeliveryError('SOURCE_TABLE_CHANGED', 'the table was dropped', {
      context: { table: task.tableName },
    });
  }
  while (!signal.aborted && sink.passedLsn < shape.holdsFrom) {
    await clock.sleep(PASSED_POLL_MS, signal);
  }
  if (!signal.aborted) await changes.revise(task.taskId, task, shape);
}

import {
  FIRST_REVISION,
  formatLsn,
  sourceColumnsOf,
  type DesiredTask,
  type SourceRoute,
} from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  ensureTables,
  findTable,
  parseTableName,
  readWalPosition,
  sourceColumn,
  type Lsn,
  type PgSession,
  type TableDescription,
} from '@lakeferry/postgres';
import { streamedShape } from './revise-route.js';

const LOCK_TIMEOUT_MS = 3000;
const LOCK_ATTEMPTS = 5;

/**
 * Publishes the table of a task (rule 10) and says where its changes go. The route has no plan yet:
 * it must be durable before the starting point is looked for.
 */
export async function prepareRoute(
  session: PgSession,
  task: DesiredTask,
  publication: string,
): Promise<SourceRoute> {
  const table = await findTable(session, parseTableName(task.tableName));
  if (table === null) {
    throw new DeliveryError('SOURCE_TABLE_CHANGED', 'the table of the task does not exist', {
      context: { table: task.tableName },
    });
  }
  const { insertLsn } = await readWalPosition(session);
  const route = routeOf(task, table, insertLsn);
  await ensureTables(session, {
    publication,
    tables: [table],
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    attempts: LOCK_ATTEMPTS,
  });
  return route;
}

/**
 * The route of a task for its table as it is now. Pure.
 *
 * @param lsn a position behind which no change has older columns; the task starts behind it
 */
export function routeOf(task: DesiredTask, table: TableDescription, lsn: Lsn): SourceRoute {
  const names = sourceColumnsOf(task.config.schema, task.config.eventTimeColumn?.columnName);
  return {
    v: 1,
    task,
    tableOid: table.oid,
    key: table.keyColumns.map((name) => columnOf(table, name)),
    row: names.map((name) => columnOf(table, name)),
    lanes: [{ from: '0/0', count: task.lanes }],
    leafOids: table.leaves.map((leaf) => leaf.oid),
    halted: null,
    plan: null,
    form: {
      version: task.schemaVersion,
      revision: task.schemaRevision ?? FIRST_REVISION,
      ...{ lsn: formatLsn(lsn), shape: streamedShape(table), changes: [], notes: [] },
    },
  };
}

function columnOf(table: TableDescription, name: string): SourceRoute['row'][number] {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    throw new DeliveryError('SOURCE_TABLE_CHANGED', 'a column of the task does not exist', {
      context: { table: table.table, column: name },
    });
  }
  return sourceColumn(column);
}

import type { EventTimeColumn, Finding, TableColumn, TimeFormat } from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';
import { unknownColumn } from './resolve-schema.js';

/** What became of the event-time column that was asked for. */
export interface ResolvedEventTime {
  readonly column?: EventTimeColumn;
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly Finding[];
}

const FIELD = 'taskConfig.eventTimeColumn';
const NATIVE = new Set(['date', 'timestamp', 'timestamptz']);
const INTEGER = new Set(['int2', 'int4', 'int8']);
const TEXT = new Set(['text', 'varchar', 'bpchar', 'name', 'citext']);

/** Whether a column of the table can give a row its time, and in which format. Pure. */
export function resolveEventTime(
  wanted: { columnName: string; timeFormat?: TimeFormat | undefined },
  columns: readonly TableColumn[],
): ResolvedEventTime {
  const column = columns.find(({ name }) => name === wanted.columnName);
  if (column === undefined) {
    return refuse(unknownColumn(`${FIELD}.columnName`, wanted.columnName, columns));
  }
  const { timeFormat } = wanted;
  const found = { columnName: column.name, sourceType: column.type };
  if (NATIVE.has(column.type)) {
    const warnings = timeFormat === undefined ? [] : [formatIgnored(column, timeFormat)];
    return { column: found, problems: [], warnings };
  }
  if (INTEGER.has(column.type)) {
    if (timeFormat === 'Unix') return accept({ ...found, timeFormat });
    const problem = `column ${column.name} is of type ${column.sqlType}`;
    return refuse({ field: `${FIELD}.timeFormat`, problem, remedy: 'Use Unix.' });
  }
  if (TEXT.has(column.type)) {
    if (timeFormat !== undefined) return accept({ ...found, timeFormat });
    const problem = `is missing for column ${column.name} of type ${column.sqlType}`;
    const remedy = 'Use RFC822, RFC850, RFC1123, RFC3339 or Unix.';
    return refuse({ field: `${FIELD}.timeFormat`, problem, remedy });
  }
  return refuse({
    field: `${FIELD}.columnName`,
    problem: `column ${column.name} of type ${column.sqlType} can't give a time`,
    remedy: 'Use a column of dates, timestamps, integers or text.',
  });
}

function accept(column: EventTimeColumn): ResolvedEventTime {
  return { column, problems: [], warnings: [] };
}

function refuse(problem: FieldProblem): ResolvedEventTime {
  return { problems: [problem], warnings: [] };
}

function formatIgnored(column: TableColumn, timeFormat: TimeFormat): Finding {
  return {
    code: 'TIME_FORMAT_NOT_NEEDED',
    level: 'warn',
    column: column.name,
    message: `The column is of type ${column.sqlType}: ${timeFormat} is not looked at.`,
    remedy: 'Nothing needs doing.',
  };
}

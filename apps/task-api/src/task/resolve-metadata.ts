import {
  columnTypeProblem,
  LSN_DIGITS,
  METADATA_TYPES,
  metadataNamed,
  metadataOf,
  type Deletes,
  type DeliveryColumn,
  type Finding,
  type MetadataColumn,
  type TableColumn,
} from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';
import type { RequestedColumn } from './task-request.js';

/** What became of a metadata column that was asked for; a column that can't be has a problem. */
export interface ResolvedMetadata {
  readonly column?: DeliveryColumn;
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly Finding[];
}

const LSN_TYPE_EXTEND = `${LSN_DIGITS.precision},${LSN_DIGITS.scale}`;

/**
 * A column of the schema that tells of the change rather than of the row; undefined where the request
 * names no such column. It wins over a column of the table that is called alike. Pure.
 */
export function resolveMetadata(asked: {
  readonly field: string;
  readonly wanted: RequestedColumn;
  readonly columns: readonly TableColumn[];
}): ResolvedMetadata | undefined {
  const { field, wanted, columns } = asked;
  const name = metadataNamed(wanted.columnName);
  if (name === null) return undefined;
  const possible: readonly DeliveryColumn['type'][] = METADATA_TYPES[name];
  const type = wanted.type ?? METADATA_TYPES[name][0];
  if (!possible.includes(type)) {
    const wrong = `${type} can't hold ${name}`;
    return refuse({
      field: `${field}.type`,
      problem: wrong,
      remedy: `Use ${possible.join(' or ')}.`,
    });
  }
  const extend = wanted.typeExtend?.replaceAll(/\s/g, '');
  if (extend !== undefined && (type !== 'DECIMAL' || extend !== LSN_TYPE_EXTEND)) {
    const remedy = type === 'DECIMAL' ? `Use ${LSN_TYPE_EXTEND}.` : 'Leave it out.';
    const wrong = `means nothing for ${name} as ${type}`;
    return refuse({ field: `${field}.typeExtend`, problem: wrong, remedy });
  }
  const column: DeliveryColumn = {
    columnName: name,
    ossColumnName: wanted.ossColumnName ?? name,
    ...{ type, encode: wanted.encode ?? 'PLAIN', sourceType: name },
    ...(type === 'DECIMAL' ? LSN_DIGITS : {}),
  };
  const wrong = columnTypeProblem(column);
  if (wrong !== null) {
    const problem = `column ${name}: ${wrong}`;
    return refuse({ field: `${field}.encode`, problem, remedy: 'Use PLAIN.' });
  }
  const hidden = columns.some((each) => each.name === name);
  return { column, problems: [], warnings: hidden ? [hiddenColumn(name)] : [] };
}

/** What of a schema does not fit its metadata columns. Pure. */
export function metadataProblems(
  schema: readonly DeliveryColumn[],
  deletes: Deletes,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (schema.length > 0 && schema.every((column) => metadataOf(column) !== null)) {
    const field = 'taskConfig.parquetSchema';
    const problem = 'names no column of the table';
    problems.push({ field, problem, remedy: 'Name at least one beside the metadata columns.' });
  }
  if (deletes === 'flag' && !schema.some((column) => metadataOf(column) === '$op')) {
    problems.push({
      field: 'taskConfig.deletes',
      problem: 'flagged deletes could not be told from other rows: the schema has no column $op',
      remedy: 'Add {"columnName": "$op", "ossColumnName": "op", "type": "UTF8"} to parquetSchema.',
    });
  }
  return problems;
}

function refuse(problem: FieldProblem): ResolvedMetadata {
  return { problems: [problem], warnings: [] };
}

function hiddenColumn(name: MetadataColumn): Finding {
  return {
    code: 'METADATA_HIDES_COLUMN',
    level: 'warn',
    column: name,
    message: `The table has a column ${name}: what is delivered is that of the change, not that of the table.`,
    remedy: 'Rename the column of the table to have it delivered.',
  };
}

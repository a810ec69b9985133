import {
  automaticType,
  columnTypeProblem,
  deliveryTypesOf,
  elementSourceOf,
  nestedEncodingConflict,
  type DeliveryColumn,
  type Finding,
  type TableColumn,
} from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';
import { must } from '@lakeferry/runtime';
import { resolveMetadata } from './resolve-metadata.js';
import { resolveType } from './resolve-type.js';
import type { RequestedColumn } from './task-request.js';

/** What became of the columns that were asked for. */
export interface ResolvedSchema {
  readonly schema: readonly DeliveryColumn[];
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly Finding[];
}

const FIELD = 'taskConfig.parquetSchema';

/** The delivery schema of a table: each column by its preferred type, or what was asked for. Pure. */
export function resolveSchema(
  requested: 'auto' | readonly RequestedColumn[],
  columns: readonly TableColumn[],
): ResolvedSchema {
  return requested === 'auto' ? generate(columns) : check(requested, columns);
}

function generate(columns: readonly TableColumn[]): ResolvedSchema {
  const schema = columns.map((column): DeliveryColumn => {
    const named = { columnName: column.name, ossColumnName: column.name };
    return { ...named, ...automaticType(column), encode: 'PLAIN', sourceType: column.type };
  });
  const warnings = columns.flatMap((column, at) => {
    const { type, elements } = schema[at] as DeliveryColumn;
    const isText = (elements?.[0]?.type ?? type) === 'UTF8';
    return isText && /^_?numeric$/.test(column.type) ? [withoutDigits(column)] : [];
  });
  const problems =
    schema.length > 0 ? [] : [problem(FIELD, 'the table has no column', 'Choose another table.')];
  return { schema, problems, warnings };
}

function check(
  requested: readonly RequestedColumn[],
  columns: readonly TableColumn[],
): ResolvedSchema {
  const problems: FieldProblem[] = [];
  const warnings: Finding[] = [];
  const names = new Map<string, number>();
  const schema = requested.flatMap((wanted, at) => {
    const field = `${FIELD}[${at}]`;
    const ossColumnName = wanted.ossColumnName ?? wanted.columnName;
    const earlier = names.get(ossColumnName);
    if (earlier === undefined) names.set(ossColumnName, at);
    else {
      const wrong = `${JSON.stringify(ossColumnName)} is the name of ${FIELD}[${earlier}] already`;
      problems.push(problem(`${field}.ossColumnName`, wrong, 'Give each column its own name.'));
    }
    const told = resolveMetadata({ field, wanted, columns });
    if (told !== undefined) {
      problems.push(...told.problems);
      warnings.push(...told.warnings);
      return told.column ?? [];
    }
    const column = columns.find(({ name }) => name === wanted.columnName);
    if (column === undefined) {
      problems.push(unknownColumn(`${field}.columnName`, wanted.columnName, columns));
      return [];
    }
    const resolved = resolveColumn({ field, wanted, column, problems });
    return resolved === null ? [] : [{ ...resolved, ossColumnName }];
  });
  return { schema, problems: [...problems, ...nestedProblems(schema)], warnings };
}

function resolveColumn(asked: {
  field: string;
  wanted: RequestedColumn;
  column: TableColumn;
  problems: FieldProblem[];
}): DeliveryColumn | null {
  const { field, wanted, column, problems } = asked;
  const { columnName } = wanted;
  const type = must(wanted.type, 'only metadata columns leave their type out');
  const { possible } = deliveryTypesOf(column.type);
  if (!possible.includes(type)) {
    const wrong = `${type} can't hold column ${columnName} of type ${column.sqlType}`;
    problems.push(problem(`${field}.type`, wrong, `Use ${possible.join(' or ')}.`));
    return null;
  }
  const details = resolveType(type, wanted.typeExtend, column);
  if ('problem' in details) {
    problems.push({ field: `${field}.typeExtend`, ...details });
    return null;
  }
  const encode = wanted.encode ?? 'PLAIN';
  const base = { columnName, ossColumnName: columnName, sourceType: column.type };
  const resolved: DeliveryColumn = { ...base, ...details, encode };
  const wrong = columnTypeProblem(resolved);
  if (wrong === null) return resolved;
  problems.push(problem(`${field}.encode`, `column ${columnName}: ${wrong}`, 'Use PLAIN.'));
  return null;
}

/** The encoder takes one encoding for all that lies inside of columns. */
function nestedProblems(schema: readonly DeliveryColumn[]): FieldProblem[] {
  const conflict = nestedEncodingConflict([...schema]);
  if (conflict === null) return [];
  const { column, other } = conflict;
  const wrong = `column ${column.columnName} is encoded as ${column.encode}, column ${other.columnName} as ${other.encode}`;
  return [problem(FIELD, wrong, 'Give all columns of LIST and MAP the same encode.')];
}

/** The sentence about a column that the table does not have, with those that it has. */
export function unknownColumn(
  field: string,
  name: string,
  columns: readonly TableColumn[],
): FieldProblem {
  const known = columns.map((column) => column.name);
  const shown = known.slice(0, 20).join(', ') + (known.length > 20 ? ', …' : '');
  return problem(field, `the table has no column ${JSON.stringify(name)}`, `Use one of ${shown}.`);
}

function withoutDigits({ name, type, sqlType }: TableColumn): Finding {
  const isArray = elementSourceOf(type) !== null;
  const wanted = isArray ? 'LIST with typeExtend DECIMAL(18,4)' : 'DECIMAL with typeExtend 18,4';
  return {
    code: 'DECIMAL_AS_TEXT',
    level: 'warn',
    column: name,
    message: `${sqlType} does not tell digits that a DECIMAL can have: it is delivered as text.`,
    remedy: `Give the column in parquetSchema as ${wanted}, say, to get numbers.`,
  };
}

function problem(field: string, wrong: string, remedy: string): FieldProblem {
  return { field, problem: wrong, remedy };
}

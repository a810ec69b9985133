import {
  deliveryTypesOf,
  type DeliveryColumn,
  type Finding,
  type TableColumn,
} from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';
import type { RequestedColumn } from './task-request.js';

/** What became of the columns that were asked for. */
export interface ResolvedSchema {
  readonly schema: readonly DeliveryColumn[];
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly Finding[];
}

const FIELD = 'taskConfig.parquetSchema';
const DIGITS_MAX = 38;

type Digits = { readonly precision: number; readonly scale: number };

/** The delivery schema of a table: each column by its preferred type, or what was asked for. Pure. */
export function resolveSchema(
  requested: 'auto' | readonly RequestedColumn[],
  columns: readonly TableColumn[],
): ResolvedSchema {
  return requested === 'auto' ? generate(columns) : check(requested, columns);
}

function generate(columns: readonly TableColumn[]): ResolvedSchema {
  const warnings: Finding[] = [];
  const schema = columns.map((column): DeliveryColumn => {
    const { preferred } = deliveryTypesOf(column.type);
    const named = { columnName: column.name, ossColumnName: column.name };
    const rest = { encode: 'PLAIN', sourceType: column.type } as const;
    if (preferred !== 'DECIMAL') return { ...named, type: preferred, ...rest };
    const digits = digitsOf(column);
    if (digits !== null) return { ...named, type: preferred, ...rest, ...digits };
    warnings.push(withoutDigits(column));
    return { ...named, type: 'UTF8', ...rest };
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
    const column = columns.find(({ name }) => name === wanted.columnName);
    if (column === undefined) {
      problems.push(unknownColumn(`${field}.columnName`, wanted.columnName, columns));
      return [];
    }
    const resolved = resolveColumn({ field, wanted, column, problems });
    return resolved === null ? [] : [{ ...resolved, ossColumnName }];
  });
  return { schema, problems, warnings: [] };
}

function resolveColumn(asked: {
  field: string;
  wanted: RequestedColumn;
  column: TableColumn;
  problems: FieldProblem[];
}): DeliveryColumn | null {
  const { field, wanted, column, problems } = asked;
  const { type, columnName } = wanted;
  const { possible } = deliveryTypesOf(column.type);
  if (!possible.includes(type)) {
    const wrong = `${type} can't hold column ${columnName} of type ${column.sqlType}`;
    problems.push(problem(`${field}.type`, wrong, `Use ${possible.join(' or ')}.`));
    return null;
  }
  const encode = wanted.encode ?? 'PLAIN';
  const base = { columnName, ossColumnName: columnName, type, encode, sourceType: column.type };
  if (type !== 'DECIMAL') {
    if (wanted.typeExtend === undefined) return base;
    problems.push(problem(`${field}.typeExtend`, `means nothing for ${type}`, 'Leave it out.'));
    return null;
  }
  const digits = wanted.typeExtend === undefined ? digitsOf(column) : parse(wanted.typeExtend);
  if (digits !== null) return { ...base, ...digits };
  const wrong =
    wanted.typeExtend === undefined
      ? `column ${columnName} of type ${column.sqlType} does not tell the digits`
      : `${wanted.typeExtend} are not digits that a DECIMAL can have`;
  const right = `Give digits of 1 to ${DIGITS_MAX}, and behind the point not more: 18,4. Or use UTF8.`;
  problems.push(problem(`${field}.typeExtend`, wrong, right));
  return null;
}

/** The digits that the source declares, where a DECIMAL can have them. */
function digitsOf({ precision, scale }: TableColumn): Digits | null {
  return precision === null ? null : valid({ precision, scale: scale ?? 0 });
}

function parse(typeExtend: string): Digits | null {
  const [precision = 0, scale = 0] = typeExtend.split(',').map(Number);
  return valid({ precision, scale });
}

function valid(digits: Digits): Digits | null {
  const { precision, scale } = digits;
  return precision >= 1 && precision <= DIGITS_MAX && scale >= 0 && scale <= precision
    ? digits
    : null;
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

function withoutDigits({ name, sqlType }: TableColumn): Finding {
  return {
    code: 'DECIMAL_AS_TEXT',
    level: 'warn',
    column: name,
    message: `${sqlType} does not tell digits that a DECIMAL can have: it is delivered as text.`,
    remedy: 'Give the column in parquetSchema as DECIMAL with typeExtend to get numbers.',
  };
}

function problem(field: string, wrong: string, remedy: string): FieldProblem {
  return { field, problem: wrong, remedy };
}

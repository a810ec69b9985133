import {
  automaticElement,
  DECIMAL_DIGITS_MAX,
  digitsOf,
  elementSourceOf,
  elementTypesOf,
  MAP_VALUE_TYPES,
  parseDecimalDigits,
  parseElements,
  type ColumnElement,
  type DeliveryType,
  type ElementType,
  type TableColumn,
  type TypeDetails,
} from '@lakeferry/contracts';

/** What `typeExtend` gets wrong, and what would be right. */
export interface TypeProblem {
  readonly problem: string;
  readonly remedy: string;
}

const DIGITS_REMEDY = `Give digits of 1 to ${DECIMAL_DIGITS_MAX}, and behind the point not more: 18,4.`;

/**
 * The type that was asked for with what `typeExtend` says of it, or what the source column says where
 * nothing is said. Pure; the source column can be of that type.
 */
export function resolveType(
  type: DeliveryType,
  typeExtend: string | undefined,
  column: TableColumn,
): TypeDetails | TypeProblem {
  switch (type) {
    case 'DECIMAL':
      return resolveDigits(typeExtend, column);
    case 'LIST':
      return resolveElement(typeExtend, column);
    case 'MAP':
      return resolveEntry(typeExtend ?? 'UTF8,UTF8');
    default:
      if (typeExtend === undefined) return { type };
      return { problem: `means nothing for ${type}`, remedy: 'Leave it out.' };
  }
}

function resolveDigits(
  typeExtend: string | undefined,
  column: TableColumn,
): TypeDetails | TypeProblem {
  const digits = typeExtend === undefined ? digitsOf(column) : parseDecimalDigits(typeExtend);
  if (digits !== null) return { type: 'DECIMAL', ...digits };
  const problem =
    typeExtend === undefined
      ? `column ${column.name} of type ${column.sqlType} does not tell the digits`
      : `${typeExtend} are not digits that a DECIMAL can have`;
  return { problem, remedy: `${DIGITS_REMEDY} Or use UTF8.` };
}

function resolveElement(
  typeExtend: string | undefined,
  column: TableColumn,
): TypeDetails | TypeProblem {
  if (typeExtend === undefined) return { type: 'LIST', elements: [automaticElement(column)] };
  const { possible } = elementTypesOf(elementSourceOf(column.type) ?? 'text');
  const remedy = `Name one of ${shown(possible)}.`;
  const elements = parseElements(typeExtend);
  const [element] = elements ?? [];
  if (element === undefined || elements?.length !== 1) {
    return { problem: `${typeExtend} is not the type of a list's elements`, remedy };
  }
  if (possible.includes(element.type)) return { type: 'LIST', elements: [element] };
  const what = `the elements of column ${column.name} of type ${column.sqlType}`;
  return { problem: `${element.type} can't hold ${what}`, remedy };
}

function resolveEntry(typeExtend: string): TypeDetails | TypeProblem {
  const elements = parseElements(typeExtend);
  if (elements !== null && isEntry(elements)) return { type: 'MAP', elements };
  return {
    problem: `${typeExtend} are not the types of a map's keys and values`,
    remedy: `Name UTF8 for the keys and one of ${shown(MAP_VALUE_TYPES)} for the values: UTF8,INT64.`,
  };
}

function isEntry([key, value, more]: readonly ColumnElement[]): boolean {
  const values: readonly ElementType[] = MAP_VALUE_TYPES;
  return key?.type === 'UTF8' && value !== undefined && values.includes(value.type) && !more;
}

function shown(types: readonly ElementType[]): string {
  return types.map((type) => (type === 'DECIMAL' ? 'DECIMAL(18,4)' : type)).join(', ');
}

import type { ColumnElement, DeliveryColumn } from './delivery-schema.js';
import type { TableColumn } from './inspection.js';
import { deliveryTypesOf, elementSourceOf, elementTypesOf } from './postgres-types.js';
import { validDigits, type DecimalDigits } from './type-extend.js';

/** What the type of a delivered column consists of. */
export type TypeDetails = Pick<DeliveryColumn, 'type' | 'precision' | 'scale' | 'elements'>;

/** Of a column of a source, what its automatic type depends on. */
export type TypedColumn = Pick<TableColumn, 'type' | 'precision' | 'scale'>;

/** Digits of types that declare none: all that they can have. */
const OWN_DIGITS: Readonly<Record<string, DecimalDigits>> = {
  int2: { precision: 5, scale: 0 },
  int4: { precision: 10, scale: 0 },
  int8: { precision: 19, scale: 0 },
  xid8: { precision: 20, scale: 0 },
};

/** The type that "Auto Generate" chooses: it loses nothing, so a DECIMAL without known digits is text. Pure. */
export function automaticType(column: TypedColumn): TypeDetails {
  const { preferred } = deliveryTypesOf(column.type);
  switch (preferred) {
    case 'DECIMAL': {
      const digits = digitsOf(column);
      return digits === null ? { type: 'UTF8' } : { type: 'DECIMAL', ...digits };
    }
    case 'LIST':
      return { type: 'LIST', elements: [automaticElement(column)] };
    case 'MAP':
      return { type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'UTF8' }] };
    default:
      return { type: preferred };
  }
}

/** The same for the elements of an array. Pure. */
export function automaticElement(column: TypedColumn): ColumnElement {
  const source = elementSourceOf(column.type) ?? 'text';
  const { preferred } = elementTypesOf(source);
  if (preferred !== 'DECIMAL') return { type: preferred };
  const digits = digitsOf({ ...column, type: source });
  return digits === null ? { type: 'UTF8' } : { type: 'DECIMAL', ...digits };
}

/** The digits that a source column declares or has by its type, where a DECIMAL can have them. Pure. */
export function digitsOf({ type, precision, scale }: TypedColumn): DecimalDigits | null {
  if (precision === null) return OWN_DIGITS[type] ?? null;
  return validDigits(precision, scale ?? 0);
}

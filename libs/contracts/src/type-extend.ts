import { elementType, type ColumnElement, type DeliveryColumn } from './delivery-schema.js';

/** Most digits of a DECIMAL. */
export const DECIMAL_DIGITS_MAX = 38;

/** `10,2`, `DECIMAL(10,2)` or a name, between commas. */
const ELEMENT = /^([A-Z0-9_]+)(?:\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\))?$/;

export interface DecimalDigits {
  readonly precision: number;
  readonly scale: number;
}

/** The `typeExtend` that says what a column's type leaves open, undefined where it leaves nothing open. */
export function formatTypeExtend(column: DeliveryColumn): string | undefined {
  if (column.type === 'DECIMAL') return `${column.precision},${column.scale}`;
  return column.elements?.map(formatElement).join(',');
}

function formatElement({ type, precision, scale }: ColumnElement): string {
  return type === 'DECIMAL' ? `${type}(${precision},${scale})` : type;
}

/** The digits of a DECIMAL, `10,2`; null when a DECIMAL can't have them. */
export function parseDecimalDigits(text: string): DecimalDigits | null {
  const match = /^\s*(\d{1,2})\s*,\s*(\d{1,2})\s*$/.exec(text);
  return match === null ? null : validDigits(Number(match[1]), Number(match[2]));
}

/** Element types of a LIST or MAP, `UTF8,DECIMAL(10,2)`; null when they are none. */
export function parseElements(text: string): ColumnElement[] | null {
  const elements = text.split(/,(?![^(]*\))/).map((part) => parseElement(part.trim()));
  return elements.includes(null) ? null : (elements as ColumnElement[]);
}

function parseElement(text: string): ColumnElement | null {
  const match = ELEMENT.exec(text);
  const type = elementType.safeParse(match?.[1]);
  if (match === null || !type.success) return null;
  if (type.data !== 'DECIMAL') return match[2] === undefined ? { type: type.data } : null;
  const digits = validDigits(Number(match[2]), Number(match[3]));
  return digits === null ? null : { type: 'DECIMAL', ...digits };
}

/** The digits where a DECIMAL can have them, else null. */
export function validDigits(precision: number, scale: number): DecimalDigits | null {
  const fits = precision >= 1 && precision <= DECIMAL_DIGITS_MAX && scale >= 0;
  return fits && scale <= precision ? { precision, scale } : null;
}

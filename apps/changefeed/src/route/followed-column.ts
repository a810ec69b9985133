import {
  deliveryTypesOf,
  elementSourceOf,
  elementTypesOf,
  validDigits,
  type DeliveryColumn,
} from '@lakeferry/contracts';

/** Of a new column of the table, what its delivery type depends on. */
export interface NewColumn {
  readonly name: string;
  /** Type name (`int8`, `numeric`, `_int4`). */
  readonly type: string;
  readonly precision: number | null;
  readonly scale: number | null;
}

/**
 * A new column as a task delivers it that follows its table: by the type that "auto" chooses, under a
 * name that no other column of the objects has. Pure.
 *
 * @param taken names in the objects, lower case
 */
export function followedColumn(column: NewColumn, taken: ReadonlySet<string>): DeliveryColumn {
  const { name, type: sourceType } = column;
  const named = { columnName: name, ossColumnName: freeName(name, taken), sourceType };
  const plain = { ...named, encode: 'PLAIN' } as const;
  const { preferred } = deliveryTypesOf(sourceType);
  switch (preferred) {
    case 'DECIMAL': {
      const { precision, scale } = column;
      const digits = precision === null ? null : validDigits(precision, scale ?? 0);
      return digits === null
        ? { ...plain, type: 'UTF8' }
        : { ...plain, type: 'DECIMAL', ...digits };
    }
    case 'LIST': {
      const { preferred: element } = elementTypesOf(elementSourceOf(sourceType) ?? 'text');
      return {
        ...plain,
        type: 'LIST',
        elements: [{ type: element === 'DECIMAL' ? 'UTF8' : element }],
      };
    }
    case 'MAP':
      return { ...plain, type: 'MAP', elements: [{ type: 'UTF8' }, { type: 'UTF8' }] };
    default:
      return { ...plain, type: preferred };
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}_${count}`;
  return free;
}

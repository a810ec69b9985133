import { automaticType, type DeliveryColumn, type TypedColumn } from '@lakeferry/contracts';

/**
 * A new column as a task delivers it that follows its table: by the type that "auto" chooses, under a
 * name that no other column of the objects has. Pure.
 *
 * @param taken names in the objects, lower case
 */
export function followedColumn(
  column: TypedColumn & { readonly name: string },
  taken: ReadonlySet<string>,
): DeliveryColumn {
  const { name, type: sourceType } = column;
  const named = { columnName: name, ossColumnName: freeName(name, taken), sourceType };
  return { ...named, encode: 'PLAIN', ...automaticType(column) };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}_${count}`;
  return free;
}

import type { PrefixVariable } from '@lakeferry/contracts';
import { singleVariable, type PartitionColumn, type PartitionLayout } from './partition-layout.js';

/** What a folder that is nothing but a variable is called where its name has to be made up. */
const WORDS: Readonly<Record<PrefixVariable, string>> = {
  $yyyy: 'year',
  $MM: 'month',
  $dd: 'day',
  $HH: 'hour',
  $mm: 'minute',
};

/**
 * Every folder behind the location as a partition column, for engines that compute partitions from a
 * pattern of the path: each is a single variable, with or without a name, or a constant with a name.
 * Null where one folder is neither. Pure.
 */
export function projectedColumns(layout: PartitionLayout): readonly PartitionColumn[] | null {
  const { folders, location } = layout;
  if (folders.length === 0) return null;
  const before = location === '' ? 0 : location.split('/').length;
  const columns = folders
    .map((text, at) => projectedColumn(layout, text, before + at + 1))
    .filter((column) => column !== null);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return columns.length === folders.length && names.size === folders.length ? columns : null;
}

function projectedColumn(
  { columns }: PartitionLayout,
  text: string,
  folder: number,
): PartitionColumn | null {
  const variable = singleVariable(text);
  if (variable !== null) {
    return { name: WORDS[variable], type: 'int', folder, variable, constant: null };
  }
  const column = columns.find((each) => each.folder === folder);
  if (column === undefined) return null;
  return column.variable === null && column.constant === null ? null : column;
}

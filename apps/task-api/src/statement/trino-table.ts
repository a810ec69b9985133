import type { ExternalTable } from './external-table.js';
import { locationIn } from './location.js';
import { doubleQuoted, lines, sqlText } from './quoting.js';
import { comments, draftTable, hasPlainFolders, nothingToRead } from './table-draft.js';

function nameProblem(name: string): string | null {
  return /^ | $|,/.test(name) ? 'its name has a comma, or a blank at an end' : null;
}

/** Trino's Hive connector, in the catalog `hive`. Pure. */
export function trinoTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'trino', nameProblem, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const { name, columns, partitions, notes } = draft;
  const list = [
    ...columns.map((each) => `  ${doubleQuoted(each.name)} ${each.type}`),
    ...partitions.map(
      (each) => `  ${doubleQuoted(each.name)} ${each.type === 'int' ? 'INTEGER' : 'VARCHAR'}`,
    ),
  ];
  const keys = partitions.map((each) => sqlText(each.name.toLowerCase()));
  const properties = [
    "  format = 'PARQUET'",
    `  external_location = ${sqlText(locationIn('s3', table.config))}`,
    ...(keys.length === 0 ? [] : [`  partitioned_by = ARRAY[${keys.join(', ')}]`]),
  ];
  const recursion = 'The catalog needs hive.recursive-directories=true.';
  return lines(
    comments(hasPlainFolders(draft) ? [...notes, recursion] : notes),
    columns.some(({ type }) => type.includes('TIMESTAMP')) &&
      "SET SESSION hive.timestamp_precision = 'MICROSECONDS';",
    `CREATE TABLE hive.default.${doubleQuoted(name)} (\n${list.join(',\n')}\n)`,
    `WITH (\n${properties.join(',\n')}\n);`,
    keys.length > 0 && syncPartitions(name),
  );
}

function syncPartitions(name: string): string {
  const args = ["schema_name => 'default'", `table_name => ${sqlText(name.toLowerCase())}`];
  return `CALL hive.system.sync_partition_metadata(${args.join(', ')}, mode => 'ADD', case_sensitive => false);`;
}

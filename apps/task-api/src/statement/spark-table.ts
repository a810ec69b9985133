import type { ExternalTable } from './external-table.js';
import {
  backquoted,
  discoverableColumns,
  hadoopLocation,
  hiveText,
  hiveType,
  partitionNote,
  tableNameOf,
} from './sql-columns.js';

/** Spark SQL. Pure. */
export function sparkTable({ taskName, config }: ExternalTable): string {
  const name = backquoted(tableNameOf(taskName));
  const partitions = discoverableColumns(config.ossPrefix);
  const folders = new Set(partitions.map((partition) => partition.name.toLowerCase()));
  const columns = config.schema
    .filter(({ ossColumnName }) => !folders.has(ossColumnName.toLowerCase()))
    .map((column) => `  ${backquoted(column.ossColumnName)} ${hiveType(column)}`);
  const lines = [
    ...columns,
    ...partitions.map((each) => `  ${backquoted(each.name)} ${each.type.toUpperCase()}`),
  ];
  const note = partitionNote(config.ossPrefix);
  const recursive = note.includes('reads all folders');
  const names = partitions.map((partition) => backquoted(partition.name));
  return [
    note.trimEnd(),
    `CREATE TABLE ${name} (\n${lines.join(',\n')}\n)`,
    'USING PARQUET',
    recursive ? "OPTIONS (recursiveFileLookup 'true')" : '',
    partitions.length === 0 ? '' : `PARTITIONED BY (${names.join(', ')})`,
    `LOCATION ${hiveText(hadoopLocation(config))};`,
    partitions.length === 0 ? '' : `MSCK REPAIR TABLE ${name};`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

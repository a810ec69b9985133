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

/** Hive, and what speaks its dialect (EMR, DLA, Athena). Pure. */
export function hiveTable({ taskName, config }: ExternalTable): string {
  const name = backquoted(tableNameOf(taskName));
  const partitions = discoverableColumns(config.ossPrefix);
  const folders = new Set(partitions.map((partition) => partition.name.toLowerCase()));
  // Hive keeps a partition column out of the columns of the data.
  const columns = config.schema.filter(
    ({ ossColumnName }) => !folders.has(ossColumnName.toLowerCase()),
  );
  const note = partitionNote(config.ossPrefix);
  const lines = columns.map(
    (column) => `  ${backquoted(column.ossColumnName)} ${hiveType(column)}`,
  );
  const partitionedBy = partitions.map(
    (partition) => `${backquoted(partition.name)} ${partition.type.toUpperCase()}`,
  );
  return [
    note.trimEnd(),
    note.includes('reads all folders')
      ? 'SET hive.mapred.supports.subdirectories=true;\nSET mapreduce.input.fileinputformat.input.dir.recursive=true;'
      : '',
    `CREATE EXTERNAL TABLE ${name} (\n${lines.join(',\n')}\n)`,
    partitions.length === 0 ? '' : `PARTITIONED BY (${partitionedBy.join(', ')})`,
    'STORED AS PARQUET',
    `LOCATION ${hiveText(hadoopLocation(config))};`,
    partitions.length === 0 ? '' : `MSCK REPAIR TABLE ${name};`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

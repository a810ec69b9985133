import type { DeliveryColumn, TaskConfig } from '@lakeferry/contracts';
import { partitionLayout, type PartitionColumn } from './partition-layout.js';

/** An identifier of Hive and Spark. */
export function backquoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string constant of Hive and Spark, which know backslashes in it. */
export function hiveText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The type of a column in Hive and Spark, which name them alike. */
export function hiveType({ type, precision, scale }: DeliveryColumn): string {
  switch (type) {
    case 'BOOL':
      return 'BOOLEAN';
    case 'INT64':
      return 'BIGINT';
    case 'INT32':
      return 'INT';
    case 'UTF8':
      return 'STRING';
    case 'DOUBLE':
    case 'FLOAT':
    case 'DATE':
    case 'BINARY':
      return type;
    case 'DECIMAL':
      return `DECIMAL(${precision ?? 38},${scale ?? 0})`;
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
      return 'TIMESTAMP';
    default:
      return type satisfies never;
  }
}

/** Partition columns as far as an engine finds them by itself. */
export function discoverableColumns(ossPrefix: string): readonly PartitionColumn[] {
  const { columns, isDiscoverable } = partitionLayout(ossPrefix);
  return isDiscoverable ? columns : [];
}

/** The folder of a task's objects: Alibaba's stores by their own scheme, all others by Hadoop's S3. */
export function hadoopLocation({ ossBucket, ossEndpoint, ossPrefix }: TaskConfig): string {
  const scheme = /\.aliyuncs\.com(:\d+)?\/?$/i.test(ossEndpoint ?? '') ? 'oss' : 's3a';
  const { location } = partitionLayout(ossPrefix);
  return `${scheme}://${ossBucket}/${location === '' ? '' : `${location}/`}`;
}

/** A name that every engine takes without quotes too. */
export function tableNameOf(taskName: string): string {
  return taskName.replaceAll('-', '_');
}

/** The honest note where folders do not tell partitions; empty where they do. */
export function partitionNote(ossPrefix: string): string {
  const { columns, isDiscoverable } = partitionLayout(ossPrefix);
  if (isDiscoverable) return '';
  if (!ossPrefix.includes('$')) {
    return '-- The prefix has no time variable: the table has no partitions, every query reads all objects.\n';
  }
  const why = columns.length === 0 ? 'No folder' : 'Not every folder behind the first variable';
  return (
    `-- ${why} is of the form name=value once: engines can't find partitions here.\n` +
    '-- The table reads all folders below its location, and every query reads all objects.\n'
  );
}

import type { TaskConfig } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { endpointHost, folderPattern } from './location.js';
import { keysInPath, partitionLayout } from './partition-layout.js';
import { doubleQuoted, lines, shown, sqlText } from './quoting.js';
import { comments, noPartitions, tableNameOf } from './table-draft.js';

/** DuckDB with its S3 reader, which takes types from the objects; the key is a placeholder. Pure. */
export function duckdbView({ taskName, config }: ExternalTable): string {
  const layout = partitionLayout(config.ossPrefix);
  const partitions = layout.isDiscoverable ? layout.columns : [];
  const types = partitions.map(
    ({ name, type }) => `${sqlText(name)}: ${type === 'int' ? 'INT' : 'VARCHAR'}`,
  );
  const options = [
    'union_by_name = true',
    `hive_partitioning = ${partitions.length > 0}`,
    ...(types.length === 0 ? [] : [`hive_types = {${types.join(', ')}}`]),
  ];
  const notes = partitions.length === 0 ? noPartitions(layout) : sameNames(config);
  return lines(
    comments(notes),
    'INSTALL httpfs;\nLOAD httpfs;',
    secret(config),
    `CREATE VIEW ${doubleQuoted(tableNameOf(taskName))} AS`,
    `SELECT * FROM read_parquet(${sqlText(glob(taskName, config))}, ${options.join(', ')});`,
  );
}

function secret(config: TaskConfig): string {
  const settings = [
    'TYPE s3',
    "KEY_ID '<access key id>'",
    "SECRET '<secret access key>'",
    `REGION ${sqlText(config.region ?? '<region>')}`,
    ...endpointSettings(config),
  ];
  const hint =
    config.ossEndpoint === undefined
      ? "\n  -- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS"
      : '';
  return `CREATE SECRET (\n  ${settings.join(',\n  ')}${hint}\n);`;
}

function endpointSettings(config: TaskConfig): string[] {
  const host = endpointHost(config);
  if (host === null) return [];
  const isPlain = /^http:/i.test(config.ossEndpoint ?? '');
  const isLocal = isPlain || /:\d+$/.test(host);
  return [
    `ENDPOINT ${sqlText(host)}`,
    `URL_STYLE '${isLocal ? 'path' : 'vhost'}'`,
    ...(isPlain ? ['USE_SSL false'] : []),
  ];
}

/** Objects of this task and of no other, which have no extension; what is a pattern in a name is escaped. */
function glob(taskName: string, config: TaskConfig): string {
  const ossPrefix = config.ossPrefix.replaceAll(/[*?[]/g, '[$&]');
  return `s3://${config.ossBucket}/${folderPattern({ ...config, ossPrefix })}/${taskName}_[0-9]*`;
}

/** A folder's value stands in the view where a column has its name. */
function sameNames({ ossPrefix, schema }: TaskConfig): string[] {
  const keys = new Set(keysInPath(ossPrefix).map((key) => key.toLowerCase()));
  return schema
    .map((column) => column.ossColumnName)
    .filter((name) => keys.has(name.toLowerCase()))
    .map((name) => `Column ${shown(name)} shows the folder of that name, not the objects' values.`);
}

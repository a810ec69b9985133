import type { ExternalTable } from './external-table.js';
import { partitionLayout } from './partition-layout.js';
import { discoverableColumns, partitionNote, tableNameOf } from './sql-columns.js';

/** DuckDB with its S3 reader. The credentials are placeholders: they are the reader's own. Pure. */
export function duckdbView({ taskName, config }: ExternalTable): string {
  const partitions = discoverableColumns(config.ossPrefix);
  const types = partitions.map(
    ({ name, type }) => `${quotedText(name)}: ${type === 'int' ? 'INT' : 'VARCHAR'}`,
  );
  const options = [
    'union_by_name = true',
    `hive_partitioning = ${partitions.length > 0}`,
    ...(types.length === 0 ? [] : [`hive_types = {${types.join(', ')}}`]),
  ];
  return [
    partitionNote(config.ossPrefix).trimEnd(),
    'INSTALL httpfs;\nLOAD httpfs;',
    secret(config),
    `CREATE VIEW ${quotedName(tableNameOf(taskName))} AS`,
    `SELECT * FROM read_parquet(${quotedText(glob(taskName, config))}, ${options.join(', ')});`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function secret({ region, ossEndpoint }: ExternalTable['config']): string {
  const settings = [
    'TYPE s3',
    "KEY_ID '<access key id>'",
    "SECRET '<secret access key>'",
    `REGION ${quotedText(region ?? '<region>')}`,
    ...(ossEndpoint === undefined
      ? ["-- ENDPOINT '<host:port>', URL_STYLE 'path', USE_SSL false -- of a store that is not AWS"]
      : endpointSettings(ossEndpoint)),
  ];
  const [last] = settings.slice(-1);
  const shown = last?.startsWith('--') === true ? settings.slice(0, -1) : settings;
  const comment = last?.startsWith('--') === true ? `\n  ${last}` : '';
  return `CREATE SECRET (\n  ${shown.join(',\n  ')}${comment}\n);`;
}

function endpointSettings(endpoint: string): string[] {
  const host = endpoint.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  const isPlain = /^http:/i.test(endpoint);
  const isLocal = isPlain || /:\d+$/.test(host);
  return [
    `ENDPOINT ${quotedText(host)}`,
    `URL_STYLE '${isLocal ? 'path' : 'vhost'}'`,
    ...(isPlain ? ['USE_SSL false'] : []),
  ];
}

/** The objects of this task and of no other below the location; they have no extension. */
function glob(taskName: string, { ossBucket, ossPrefix }: ExternalTable['config']): string {
  const { location } = partitionLayout(ossPrefix);
  const folder = location === '' ? '' : `${location}/`;
  return `s3://${ossBucket}/${folder}${ossPrefix.includes('$') ? '**/' : ''}${taskName}_*`;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

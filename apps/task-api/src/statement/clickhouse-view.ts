import type { TaskConfig } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { endpointHost, folderPattern } from './location.js';
import { keysInPath } from './partition-layout.js';
import { backslashText, lines } from './quoting.js';
import { comments, draftTable, nothingToRead, type TableDraft } from './table-draft.js';

/** ClickHouse's table function over S3; the key is a placeholder. Pure. */
export function clickhouseView(table: ExternalTable): string {
  const { taskName, config } = table;
  const inPath = new Set(keysInPath(config.ossPrefix));
  const draft = draftTable(table, {
    engine: 'clickhouse',
    nameProblem: (name) => (inPath.has(name) ? 'a folder of the prefix has its name' : null),
    foldsCase: false,
  });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const names = [...draft.columns, ...draft.partitions].map((each) => `  ${quoted(each.name)}`);
  const source = [
    `  ${backslashText(url(taskName, config))}`,
    "  '<access key id>', '<secret access key>'",
    "  'Parquet'",
    `  ${backslashText(structure(draft))}`,
  ];
  return lines(
    comments(draft.notes),
    `CREATE VIEW ${quoted(draft.name)} AS\nSELECT\n${names.join(',\n')}`,
    `FROM s3(\n${source.join(',\n')}\n)`,
    `SETTINGS use_hive_partitioning = ${draft.partitions.length > 0 ? 1 : 0};`,
  );
}

function structure({ columns }: TableDraft): string {
  return columns.map(({ name, type }) => `${quoted(name)} ${nullable(type)}`).join(', ');
}

/** Lists and maps can't be null there: a null is read as an empty one. */
function nullable(type: string): string {
  return /^(Array|Map)\(/.test(type) ? type : `Nullable(${type})`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** Objects of this task and of no other. */
function url(taskName: string, config: TaskConfig): string {
  const { ossBucket, ossEndpoint, region } = config;
  const host = endpointHost(config) ?? `s3.${region ?? '<region>'}.amazonaws.com`;
  const isPlain = /^http:/i.test(ossEndpoint ?? '');
  const base =
    isPlain || /:\d+$/.test(host)
      ? `${isPlain ? 'http' : 'https'}://${host}/${ossBucket}`
      : `https://${ossBucket}.${host}`;
  // A pattern in a name matches itself when it stands for anything; the path is that of a URL.
  const ossPrefix = config.ossPrefix.replaceAll(/[*?{}]/g, '*');
  const folders = folderPattern({ ...config, ossPrefix })
    .split('/')
    .map(inUrl)
    .join('/');
  return `${base}/${folders}/${taskName}_*`;
}

function inUrl(folder: string): string {
  return encodeURIComponent(folder).replaceAll('%3D', '=');
}

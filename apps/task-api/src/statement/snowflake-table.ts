import type { TaskConfig } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { endpointHost, isAws, locationIn } from './location.js';
import { partitionLayout, type PartitionColumn } from './partition-layout.js';
import { projectedColumns } from './projected-columns.js';
import { backslashText, doubleQuoted, lines } from './quoting.js';
import { comments, draftTable, nothingToRead, type DraftColumn } from './table-draft.js';

/**
 * Snowflake's external table on a stage; credentials are placeholders. Partitions are expressions over
 * the name of the object, so that folders of a single variable without a name are partitions too. Pure.
 */
export function snowflakeTable(table: ExternalTable): string {
  const { taskName, config } = table;
  const layout = partitionLayout(config.ossPrefix);
  const partitions = projectedColumns(layout) ?? (layout.isDiscoverable ? layout.columns : []);
  const draft = draftTable(table, {
    ...{ engine: 'snowflake', nameProblem: () => null, foldsCase: false },
    partitions,
  });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const name = doubleQuoted(draft.name);
  const stage = doubleQuoted(`${draft.name}_stage`);
  const list = [
    ...draft.columns.map(column),
    ...partitions.map((each) => partition(each, config.ossPrefix)),
  ];
  const keys = partitions.map((each) => doubleQuoted(each.name));
  return lines(
    comments([...(isAws(config) ? [] : COMPATIBLE), ...draft.notes]),
    `CREATE STAGE ${stage}\n${stageSettings(config)};`,
    `CREATE EXTERNAL TABLE ${name} (\n${list.join(',\n')}\n)`,
    keys.length > 0 && `PARTITION BY (${keys.join(', ')})`,
    `LOCATION = @${stage}`,
    `PATTERN = ${backslashText(`(.*/)?${taskName}_[0-9]+_[^/]*`)}`,
    'AUTO_REFRESH = FALSE',
    'FILE_FORMAT = (TYPE = PARQUET BINARY_AS_TEXT = FALSE);',
    `ALTER EXTERNAL TABLE ${name} REFRESH;`,
  );
}

const COMPATIBLE = [
  'Snowflake reaches such a store by https, virtual-host style and without a port only.',
];

function stageSettings(config: TaskConfig): string {
  if (isAws(config)) {
    const url = backslashText(locationIn('s3', config));
    return `  URL = ${url}\n  STORAGE_INTEGRATION = <storage integration>`;
  }
  return [
    `  URL = ${backslashText(locationIn('s3compat', config))}`,
    `  ENDPOINT = ${backslashText(endpointHost(config) ?? '')}`,
    "  CREDENTIALS = (AWS_KEY_ID = '<access key id>' AWS_SECRET_KEY = '<secret access key>')",
  ].join('\n');
}

function column({ name, type }: DraftColumn): string {
  const value = `VALUE[${backslashText(name)}]`;
  const cast = type === 'VARIANT' ? value : `${value}::${type}`;
  return `  ${doubleQuoted(name)} ${type} AS (${cast})`;
}

/** The name of an object begins with the prefix, whatever the location of the stage. */
function partition(column: PartitionColumn, ossPrefix: string): string {
  const { name, variable, folder } = column;
  const text = `SPLIT_PART(METADATA$FILENAME, '/', ${folder})`;
  const isNamed = ossPrefix.split('/')[folder - 1]?.includes('=') === true;
  const value = isNamed ? `SPLIT_PART(${text}, '=', 2)` : text;
  const type = variable === null ? 'VARCHAR' : 'NUMBER(4,0)';
  return `  ${doubleQuoted(name)} ${type} AS (${value}::${type})`;
}

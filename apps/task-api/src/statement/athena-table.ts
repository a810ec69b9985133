import type { PrefixVariable, TaskConfig } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { endpointHost, isAws, locationIn } from './location.js';
import { partitionLayout, type PartitionColumn, type PartitionLayout } from './partition-layout.js';
import { projectedColumns } from './projected-columns.js';
import { backquoted, backslashText, lines } from './quoting.js';
import { comments, draftTable, nothingToRead } from './table-draft.js';

/** The value that a variable of the prefix can have, and how many digits it is written with. */
const RANGES: Readonly<Record<PrefixVariable, { range: string; digits: number }>> = {
  $yyyy: { range: '2000,2099', digits: 4 },
  $MM: { range: '1,12', digits: 2 },
  $dd: { range: '1,31', digits: 2 },
  $HH: { range: '0,23', digits: 2 },
  $mm: { range: '0,59', digits: 2 },
};

function nameProblem(name: string): string | null {
  return /^[\p{L}\p{N}_]+$/u.test(name)
    ? null
    : 'names may only have letters, digits and _; give it another ossColumnName';
}

/**
 * Amazon Athena. Where each folder behind the location is a single variable, or a constant `name=value`,
 * partitions are computed from the query (partition projection) and never have to be loaded. Pure.
 */
export function athenaTable(table: ExternalTable): string {
  const { config } = table;
  const projected = projection(partitionLayout(config.ossPrefix));
  const draft = draftTable(table, {
    engine: 'athena',
    nameProblem,
    foldsCase: true,
    ...(projected !== null && { partitions: projected }),
  });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const { columns, partitions } = draft;
  const name = backquoted(draft.name);
  const list = columns.map((each) => `  ${backquoted(each.name)} ${each.type.toLowerCase()}`);
  const keys = partitions.map((each) => `${backquoted(each.name)} ${each.type}`);
  return lines(
    comments([
      ...elsewhere(config),
      ...draft.notes,
      ...(projected === null ? [] : limits(projected)),
    ]),
    `CREATE EXTERNAL TABLE ${name} (\n${list.join(',\n')}\n)`,
    keys.length > 0 && `PARTITIONED BY (${keys.join(', ')})`,
    'STORED AS PARQUET',
    `LOCATION ${backslashText(locationIn('s3', config))}${projected === null ? ';' : ''}`,
    projected !== null && `TBLPROPERTIES (\n${properties(config, projected).join(',\n')}\n);`,
    projected === null && keys.length > 0 && `MSCK REPAIR TABLE ${name};`,
  );
}

/** The columns to project, where Athena can have their names and constants. */
function projection(layout: PartitionLayout): readonly PartitionColumn[] | null {
  const columns = projectedColumns(layout);
  const isFit = ({ name, constant }: PartitionColumn) =>
    nameProblem(name) === null && !/,|^\s|\s$/.test(constant ?? '');
  return columns?.every(isFit) === true ? columns : null;
}

function properties(config: TaskConfig, projected: readonly PartitionColumn[]): string[] {
  const { folders } = partitionLayout(config.ossPrefix);
  const template = folders.map((text, at) => {
    const column = projected[at];
    return column === undefined ? text : templateOf(text, column);
  });
  const pairs = [
    ['projection.enabled', 'true'],
    ...projected.flatMap(projectionOf),
    ['storage.location.template', `${locationIn('s3', config)}${template.join('/')}/`],
  ];
  return pairs.map(([key = '', value = '']) => `  ${backslashText(key)}=${backslashText(value)}`);
}

function projectionOf({ name, variable, constant }: PartitionColumn): string[][] {
  const key = `projection.${name.toLowerCase()}`;
  if (variable === null) {
    return [
      [`${key}.type`, 'enum'],
      [`${key}.values`, constant ?? ''],
    ];
  }
  const { range, digits } = RANGES[variable];
  return [
    [`${key}.type`, 'integer'],
    [`${key}.range`, range],
    [`${key}.digits`, String(digits)],
  ];
}

function templateOf(text: string, { name }: PartitionColumn): string {
  const at = text.indexOf('=');
  return `${at === -1 ? '' : text.slice(0, at + 1)}\${${name.toLowerCase()}}`;
}

function limits(projected: readonly PartitionColumn[]): string[] {
  const year = projected.find(({ variable }) => variable === '$yyyy');
  if (year === undefined) return [];
  const key = `projection.${year.name.toLowerCase()}.range`;
  return [
    `Rows of years outside ${RANGES.$yyyy.range.replace(',', ' to ')} are not seen: see ${key}.`,
  ];
}

function elsewhere(config: TaskConfig): string[] {
  if (isAws(config)) return [];
  return [`Athena reads Amazon S3 only; the objects are at ${endpointHost(config)}.`];
}

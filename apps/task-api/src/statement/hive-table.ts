import type { TaskConfig } from '@lakeferry/contracts';
import type { ExternalTable } from './external-table.js';
import { hadoopLocation, locationIn } from './location.js';
import { backquoted, backslashText, lines, shown } from './quoting.js';
import {
  comments,
  draftTable,
  hasPlainFolders,
  nothingToRead,
  type TableDraft,
} from './table-draft.js';

/** Decimals of up to so many digits are integers in Parquet. */
const DIGITS_AS_INTEGER_MAX = 18;

/** Names of columns that Hive can create but not query, or not create. */
function nameProblem(name: string): string | null {
  return /[.:,;]/.test(name) ? 'its name has one of . : , ;' : null;
}

/** What Hive's own Parquet reader, unlike others that know Hive's tables, was seen to refuse. */
function readerNotes({ columns }: TableDraft, { schema }: TaskConfig): string[] {
  // It writes the schema of an object down and parses it again: columns that are not asked for count too.
  const odd = schema.filter(({ ossColumnName }) => /[\s,;{}()=]/.test(ossColumnName));
  const timestamps = columns.filter(({ column }) => column.type.startsWith('TIMESTAMP_'));
  const decimals = columns.filter(
    ({ column }) => column.type === 'DECIMAL' && (column.precision ?? 0) <= DIGITS_AS_INTEGER_MAX,
  );
  return [
    ...told(
      'reads no object with a column that has a blank or one of , ; { } ( ) = in its name (rename by ossColumnName)',
      odd.map((column) => column.ossColumnName),
    ),
    ...told(
      'reads only as INT96',
      timestamps.map(({ name }) => name),
    ),
    ...told(
      `reads only with more than ${DIGITS_AS_INTEGER_MAX} digits`,
      decimals.map(({ name }) => name),
    ),
  ];
}

function told(what: string, names: readonly string[]): string[] {
  const list = names.map(shown).join(', ');
  return list === '' ? [] : [`Hive's own reader (2.3 tried) ${what}: ${list}.`];
}

/** Hive as EMR runs it: the service's own form, one line, types in small letters. Pure. */
export function hiveTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'hive', nameProblem, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  return lines(
    comments([...draft.notes, ...readerNotes(draft, table.config)]),
    hasPlainFolders(draft) &&
      lines(
        '-- Every session that reads the table needs these two:',
        'SET hive.mapred.supports.subdirectories=true;',
        'SET mapreduce.input.fileinputformat.input.dir.recursive=true;',
      ),
    `${serviceForm(draft, hadoopLocation(table.config))};`,
    draft.partitions.length > 0 && `MSCK REPAIR TABLE ${backquoted(draft.name)};`,
  );
}

const DLA_SOURCE =
  "The service's own text for DLA is known from pictures only: this is its form for EMR in DLA's words.";

/**
 * Data Lake Analytics. The text that the service itself gives for it is known from pictures only: this
 * is its form for EMR in what DLA documents of its dialect. Pure.
 */
export function dlaTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'dla', nameProblem, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const recursive = hasPlainFolders(draft) ? " TBLPROPERTIES ('recursive.directories'='true')" : '';
  return lines(
    comments([DLA_SOURCE, ...draft.notes]),
    `${serviceForm(draft, locationIn('oss', table.config))}${recursive};`,
    draft.partitions.length > 0 && `MSCK REPAIR TABLE ${backquoted(draft.name)};`,
  );
}

function serviceForm({ name, columns, partitions }: TableDraft, location: string): string {
  const list = columns.map((each) => `${backquoted(each.name)} ${each.type.toLowerCase()}`);
  const keys = partitions.map((each) => `${backquoted(each.name)} ${each.type}`);
  return [
    `CREATE EXTERNAL TABLE ${backquoted(name)} (${list.join(',')})`,
    ...(keys.length === 0 ? [] : [`PARTITIONED BY (${keys.join(', ')})`]),
    `STORED AS PARQUET LOCATION ${backslashText(location)}`,
  ].join(' ');
}

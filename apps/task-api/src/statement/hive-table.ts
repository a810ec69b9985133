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

/** Names of columns that Hive can create but not query, or not create. */
function nameProblem(name: string): string | null {
  return /[.:,;]/.test(name) ? 'its name has one of . : , ;' : null;
}

/**
 * Hive's reader writes the schema of an object down and parses it again: one such name, even of a column
 * that the table does not have, keeps it from reading the object.
 */
function unreadable({ schema }: TaskConfig): string[] {
  const names = schema.map((column) => column.ossColumnName);
  const name = names.find((each) => /[\s,;{}()=]/.test(each));
  if (name === undefined) return [];
  return [
    `Hive's own reader (2.3 tried) can't read objects with a column named ${shown(name)}: give it an ossColumnName without blanks and without , ; { } ( ) =`,
  ];
}

/** Hive as EMR runs it: the service's own form, one line, types in small letters. Pure. */
export function hiveTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'hive', nameProblem, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  return lines(
    comments([...unreadable(table.config), ...draft.notes]),
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

import type { ExternalTable } from './external-table.js';
import { hadoopLocation } from './location.js';
import { backquoted, backslashText, lines } from './quoting.js';
import { comments, draftTable, hasPlainFolders, nothingToRead } from './table-draft.js';

/** Spark SQL, 3.4 or newer. Pure. */
export function sparkTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'spark', nameProblem: () => null, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const { columns, partitions } = draft;
  const name = backquoted(draft.name);
  const list = [
    ...columns.map((each) => `  ${backquoted(each.name)} ${each.type}`),
    ...partitions.map((each) => `  ${backquoted(each.name)} ${each.type.toUpperCase()}`),
  ];
  const keys = partitions.map((each) => backquoted(each.name));
  return lines(
    comments(draft.notes),
    `CREATE TABLE ${name} (\n${list.join(',\n')}\n)`,
    'USING PARQUET',
    hasPlainFolders(draft) && "OPTIONS (recursiveFileLookup 'true')",
    keys.length > 0 && `PARTITIONED BY (${keys.join(', ')})`,
    `LOCATION ${backslashText(hadoopLocation(table.config))};`,
    keys.length > 0 && `MSCK REPAIR TABLE ${name};`,
  );
}

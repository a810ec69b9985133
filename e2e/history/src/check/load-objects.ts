import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type DuckSession, sqlName, sqlText } from '../duck-session.js';
import type { CheckOptions } from './check-options.js';
import { parseObjectName } from './object-name.js';
import { staticFolder } from './prefix-format.js';

/** What is under the prefix of a task, apart from its readable rows. */
export interface FoundObjects {
  readonly objects: number;
  readonly foreign: readonly string[];
  /** Keys of objects that can't be read, with the reader's reason. */
  readonly torn: readonly string[];
}

/**
 * Reads every object of the task: its name into table `objects`, its rows into table `delivered` with
 * version, key, the compared columns and the place of the row in its object. Of a task that flags deletes
 * both operation and position too; the deletes into table `deleted`.
 */
export async function loadObjects(
  session: DuckSession,
  options: CheckOptions,
): Promise<FoundObjects> {
  const keys = await listKeys(session, options);
  const foreign: string[] = [];
  await session.run(
    `CREATE TABLE objects (object_id INTEGER, file VARCHAR, key VARCHAR, lane INTEGER, prefix VARCHAR,
       sequence BIGINT)`,
  );
  const files: string[] = [];
  const appender = await session.connection.createAppender('objects');
  for (const key of keys) {
    const name = parseObjectName(key, options.task.taskName);
    if (name === null) {
      foreign.push(key);
      continue;
    }
    const file = `${options.root}/${key}`;
    appender.appendInteger(files.length);
    files.push(file);
    appender.appendVarchar(file);
    appender.appendVarchar(key);
    appender.appendInteger(name.lane);
    appender.appendVarchar(name.prefix);
    appender.appendBigInt(BigInt(name.sequence));
    appender.endRow();
  }
  appender.closeSync();
  const torn = await readRows(session, options, files);
  if (options.columns.deletes !== undefined) await splitDeletes(session);
  return { objects: files.length, foreign, torn };
}

async function splitDeletes(session: DuckSession): Promise<void> {
  await session.run(
    `CREATE TABLE deleted AS SELECT object_id, place, key, lsn FROM delivered WHERE op = 'd'`,
  );
  await session.run(`DELETE FROM delivered WHERE op = 'd'`);
}

async function readRows(
  session: DuckSession,
  options: CheckOptions,
  files: readonly string[],
): Promise<string[]> {
  const columns = objectColumns(options);
  await session.run(
    `CREATE TABLE delivered (object_id INTEGER, place BIGINT, version BIGINT, key BIGINT${columns.declared})`,
  );
  const insert = (some: readonly string[]) =>
    session.run(
      `INSERT INTO delivered SELECT object_id, file_row_number, ${columns.selected} FROM read_parquet(
         [${some.map((file) => sqlText(literalGlob(file))).join(', ')}],
         filename = true, file_row_number = true, hive_partitioning = false, union_by_name = true) r
       JOIN objects o ON o.file = r.filename`,
    );
  return readAround(files, insert);
}

/**
 * Reads all files at once; where that fails, halves of them, until the unreadable ones stand alone. A
 * failed insert leaves no rows behind.
 */
async function readAround(
  files: readonly string[],
  insert: (some: readonly string[]) => Promise<void>,
): Promise<string[]> {
  if (files.length === 0) return [];
  try {
    await insert(files);
    return [];
  } catch (error) {
    const [only] = files;
    if (files.length === 1 && only !== undefined) {
      const reason = error instanceof Error ? error.message : String(error);
      return [`${only}: ${reason.split('\n')[0]}`];
    }
    const half = Math.ceil(files.length / 2);
    return [
      ...(await readAround(files.slice(0, half), insert)),
      ...(await readAround(files.slice(half), insert)),
    ];
  }
}

function objectColumns(options: CheckOptions): { declared: string; selected: string } {
  const compared = options.columns.compared ?? [];
  const { deletes } = options.columns;
  const told =
    deletes === undefined ? [] : [`r.${sqlName(deletes.op)}`, `r.${sqlName(deletes.lsn)}`];
  const declared = compared.map((column) => `, ${sqlName(`d_${column.name}`)} ${column.type}`);
  return {
    declared: [...declared, ...(deletes === undefined ? [] : [', op VARCHAR, lsn VARCHAR'])].join(
      '',
    ),
    selected: [
      `CAST(r.${sqlName(options.columns.version)} AS BIGINT)`,
      `CAST(r.${sqlName(options.columns.key)} AS BIGINT)`,
      ...compared.map((column) => `CAST(r.${sqlName(column.objectName)} AS ${column.type})`),
      ...told,
    ].join(', '),
  };
}

/** Keys under the part of the prefix that has no variables. */
async function listKeys(session: DuckSession, options: CheckOptions): Promise<string[]> {
  const { root } = options;
  const folder = staticFolder(options.task.prefix);
  if (!root.startsWith('s3://')) return listFolder(root, folder);
  const pattern = literalGlob(folder === '' ? root : `${root}/${folder}`);
  const rows = await session.rows(`SELECT file FROM glob(${sqlText(`${pattern}/**`)})`);
  return rows.map((row) => String(row['file']).slice(root.length + 1)).sort();
}

async function listFolder(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** A path in which DuckDB sees no wildcards. */
function literalGlob(path: string): string {
  return path.replace(/[*?[]/g, (wildcard) => `[${wildcard}]`);
}

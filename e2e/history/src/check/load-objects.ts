import { type DuckSession, sqlName, sqlText } from '../duck-session.js';
import type { ListedObject } from '../bucket/list-objects.js';
import type { CheckOptions } from './check-options.js';
import type { BucketObject } from './compare-ledger.js';
import { listKeys } from './list-keys.js';
import { parseObjectName } from './object-name.js';
import { staticFolder } from './prefix-format.js';

export interface TornObject {
  readonly file: string;
  readonly reason: string;
}

/** What is under the prefix of a task, apart from its readable rows. */
export interface FoundObjects {
  /** Number of its objects with rows. */
  readonly objects: number;
  readonly foreign: readonly string[];
  /** Objects that can't be read, with the reader's reason. */
  readonly torn: readonly TornObject[];
  /** Objects of its dirty fields. */
  readonly dirty: readonly BucketObject[];
  /** Keys of a predecessor's objects that are not as they were, with what they are. */
  readonly overwritten: readonly string[];
}

/**
 * Reads every object of the task: its name into table `objects` (those of a predecessor without a file), its rows
 * into table `delivered` with version, key, the compared columns and the place of the row in its object. Of a
 * task that flags deletes both operation and position too; the deletes into table `deleted`.
 */
export async function loadObjects(
  session: DuckSession,
  options: CheckOptions,
): Promise<FoundObjects> {
  const { task, predecessors } = options;
  const { rows, dirty } = await listTask(options);
  await session.run(
    `CREATE TABLE objects (object_id INTEGER, file VARCHAR, key VARCHAR, lane INTEGER, prefix VARCHAR,
       sequence BIGINT, bytes BIGINT)`,
  );
  const foreign: string[] = [];
  const files: string[] = [];
  const appender = await session.connection.createAppender('objects');
  for (const [index, { key, bytes }] of rows.entries()) {
    const name = parseObjectName(key, task.taskName);
    if (name === null) {
      foreign.push(key);
      continue;
    }
    appender.appendInteger(index);
    if (predecessors?.has(key) === true) appender.appendNull();
    else {
      files.push(`${options.root}/${key}`);
      appender.appendVarchar(`${options.root}/${key}`);
    }
    appender.appendVarchar(key);
    appender.appendInteger(name.lane);
    appender.appendVarchar(name.prefix);
    appender.appendBigInt(BigInt(name.sequence));
    appender.appendBigInt(BigInt(bytes));
    appender.endRow();
  }
  appender.closeSync();
  const torn = await readRows(session, options, files);
  if (options.columns.deletes !== undefined) await splitDeletes(session);
  return {
    ...{ objects: files.length, foreign, torn },
    dirty: dirtyObjects(dirty, options),
    overwritten: overwritten([...rows, ...dirty], options),
  };
}

/** What is in the folders of the task; that of dirty fields may lie inside the other. */
async function listTask(
  options: CheckOptions,
): Promise<{ rows: ListedObject[]; dirty: ListedObject[] }> {
  const { prefix, dirtyPrefix } = options.task;
  const listed = await listKeys(options, staticFolder(prefix));
  if (dirtyPrefix === undefined) return { rows: listed, dirty: [] };
  return {
    rows: listed.filter(({ key }) => !key.startsWith(`${dirtyPrefix}/`)),
    dirty: await listKeys(options, dirtyPrefix),
  };
}

function dirtyObjects(
  listed: readonly ListedObject[],
  { task, predecessors }: CheckOptions,
): BucketObject[] {
  return listed.flatMap(({ key, bytes }) => {
    const name = predecessors?.has(key) === true ? null : parseObjectName(key, task.taskName);
    return name === null ? [] : [{ key, bytes, lane: name.lane, rows: null }];
  });
}

function overwritten(listed: readonly ListedObject[], { predecessors }: CheckOptions): string[] {
  const now = new Map(listed.map(({ key, etag }) => [key, etag]));
  return [...(predecessors ?? [])]
    .filter(([key, etag]) => now.get(key) !== etag)
    .map(([key]) => `${key} ${now.has(key) ? 'has another content' : 'is gone'}`);
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
): Promise<TornObject[]> {
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
): Promise<TornObject[]> {
  if (files.length === 0) return [];
  try {
    await insert(files);
    return [];
  } catch (error) {
    const [only] = files;
    if (files.length === 1 && only !== undefined) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ file: only, reason: reason.split('\n')[0] ?? '' }];
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
  const declared = compared.map(
    ({ name, type, digest }) => `, ${sqlName(`d_${name}`)} ${digest === true ? 'VARCHAR' : type}`,
  );
  return {
    declared: [...declared, ...(deletes === undefined ? [] : [', op VARCHAR, lsn VARCHAR'])].join(
      '',
    ),
    selected: [
      `CAST(r.${sqlName(options.columns.version)} AS BIGINT)`,
      `CAST(r.${sqlName(options.columns.key)} AS BIGINT)`,
      ...compared.map(({ objectName, type, digest }) => {
        const cell = `CAST(r.${sqlName(objectName)} AS ${type})`;
        return digest === true ? `md5(${cell})` : cell;
      }),
      ...told,
    ].join(', '),
  };
}

/** A path in which DuckDB sees no wildcards. */
function literalGlob(path: string): string {
  return path.replace(/[*?[]/g, (wildcard) => `[${wildcard}]`);
}

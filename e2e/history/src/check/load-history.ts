import type { CommitPoint, CommittedTransaction } from '../committed-change.js';
import { type DuckSession, sqlName } from '../duck-session.js';
import type { CheckOptions, ComparedColumn } from './check-options.js';

/**
 * Loads what was committed into table `versions`: one row per version with its place in the order of
 * commits (`rank`), the position it was born at and, where it ended, the position of that.
 *
 * @throws Error when journal and commit points name different transactions: then nothing can be judged.
 */
export async function loadHistory(session: DuckSession, options: CheckOptions): Promise<void> {
  const compared = options.columns.compared ?? [];
  const ordered = inCommitOrder(options.history.transactions, options.history.commits);
  const texts = compared.map((column) => `, ${sqlName(`v_${column.name}`)} VARCHAR`).join('');
  await session.run(
    `CREATE TABLE changes (version BIGINT, key BIGINT, replaces BIGINT, lsn BIGINT, rank BIGINT,
       committed_at_us BIGINT${texts})`,
  );
  const appender = await session.connection.createAppender('changes');
  let table = options.table;
  let rank = 0n;
  for (const { transaction, point } of ordered) {
    for (const change of transaction.changes) {
      table ??= change.table;
      if (change.table !== table) {
        if (options.table !== undefined) continue;
        throw new Error(`the journal is of ${table} and ${change.table}: choose a table`);
      }
      rank += 1n;
      for (const cell of [change.version, change.key, change.replaces]) {
        if (cell === null) appender.appendNull();
        else appender.appendBigInt(cell);
      }
      for (const cell of [point.lsn, rank, point.atMicros]) appender.appendBigInt(cell);
      for (const column of compared) {
        const value = change.values[column.name] ?? null;
        if (value === null) appender.appendNull();
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
  }
  appender.closeSync();
  await joinVersions(session, options);
}

async function joinVersions(session: DuckSession, options: CheckOptions): Promise<void> {
  const compared = options.columns.compared ?? [];
  const casts = compared
    .map(
      (column) =>
        `, CAST(${sqlName(`v_${column.name}`)} AS ${typeInHistory(column)}) AS ${value(column.name)}`,
    )
    .join('');
  const baseCasts = compared
    .map(
      (column) =>
        `, CAST(${sqlName(column.name)} AS ${typeInHistory(column)}) AS ${value(column.name)}`,
    )
    .join('');
  const base =
    options.history.base === undefined
      ? ''
      : `UNION ALL SELECT CAST(version AS BIGINT), CAST(key AS BIGINT), -1, 0, NULL, NULL${baseCasts}
         FROM ${options.history.base}`;
  await session.run(
    `CREATE TABLE versions AS
     SELECT born.*, ended.lsn AS ended_lsn
     FROM (SELECT version, key, lsn AS born_lsn, rank, make_timestamp(committed_at_us) AS committed_at, replaces${casts}
           FROM changes WHERE version IS NOT NULL ${base}) born
     LEFT JOIN (SELECT replaces AS version, lsn FROM changes WHERE replaces IS NOT NULL) ended
     USING (version)`,
  );
}

function typeInHistory({ type, digest }: ComparedColumn): string {
  return digest === true ? 'VARCHAR' : type;
}

/** Column of `versions` that holds the value of a compared column. */
export function value(name: string): string {
  return sqlName(`v_${name}`);
}

function inCommitOrder(
  transactions: readonly CommittedTransaction[],
  commits: ReadonlyMap<string, CommitPoint>,
): { transaction: CommittedTransaction; point: CommitPoint }[] {
  const unseen = new Set(commits.keys());
  const ordered = transactions
    .filter((transaction) => transaction.changes.length > 0)
    .map((transaction) => {
      const point = commits.get(transaction.label);
      if (point === undefined) {
        throw new Error(
          `transaction ${transaction.label} is in the journal but not in the source's log`,
        );
      }
      unseen.delete(transaction.label);
      return { transaction, point };
    });
  if (unseen.size > 0) {
    throw new Error(
      `${unseen.size} transactions are in the source's log but not in the journal, one is ${[...unseen][0]}`,
    );
  }
  return ordered.sort((a, b) => (a.point.lsn < b.point.lsn ? -1 : 1));
}

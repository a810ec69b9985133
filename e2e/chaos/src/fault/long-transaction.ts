import { setTimeout as sleep } from 'node:timers/promises';
import { JOURNAL_PREFIX, type RowChange, sqlName, type WorkloadTable } from '@lakeferry/history';
import type pg from 'pg';
import type { SpecOf } from '../plan/round-plan.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

const ROWS = 40;
const SAVEPOINTS = 6;
/** Connection of the journal: no writer has it. */
const CONNECTION = 1_000;
const LOOK_MS = 400;

/**
 * A transaction with changed rows that stays open for a while, half of it in savepoints of which every
 * other one is taken back. Its versions are negative numbers: writers count upwards.
 */
export async function holdTransaction(
  round: RunningRound,
  fault: SpecOf<'long-transaction'>,
): Promise<void> {
  const table = round.tables.get(fault.table)?.workload;
  if (table === undefined) throw new Error(`the round has no ${fault.table} table`);
  const label = `long:${round.plan.seed}:${fault.table}`;
  await round.system.sql(async (client) => {
    await client.query(
      `SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; BEGIN`,
    );
    const changes = await changeRows(client, table);
    await client.query('SELECT pg_logical_emit_message(true, $1, $2)', [JOURNAL_PREFIX, label]);
    const isPrepared = fault.ends.startsWith('prepared');
    if (isPrepared) await client.query(`PREPARE TRANSACTION '${label}'`);
    const waited = seenWaiting(round, fault.forMs);
    await last(fault.forMs, round.signal);
    round.note(`${changes.length} rows changed, then ${fault.ends}; ${await waited}`);
    const end = fault.ends.endsWith('commit') ? 'COMMIT' : 'ROLLBACK';
    await client.query(isPrepared ? `${end} PREPARED '${label}'` : end);
    if (end === 'COMMIT') {
      round.journal.committed({ label, connection: CONNECTION, number: 1, changes });
    }
  });
}

async function changeRows(client: pg.Client, table: WorkloadTable): Promise<RowChange[]> {
  const changes = await update(client, table, 0);
  for (let at = 1; at <= SAVEPOINTS; at += 1) {
    await client.query('SAVEPOINT s');
    const inside = await update(client, table, at);
    const isKept = at % 2 === 0;
    if (isKept) changes.push(...inside);
    await client.query(isKept ? 'RELEASE SAVEPOINT s' : 'ROLLBACK TO SAVEPOINT s');
  }
  return changes;
}

/** Gives some rows a new version each and leaves what else they hold. */
async function update(client: pg.Client, table: WorkloadTable, turn: number): Promise<RowChange[]> {
  const key = sqlName(table.key);
  const version = sqlName(table.version);
  const shown = table.columns.map(({ name, large }, at) => {
    const column = `t.${sqlName(name)}::text`;
    return `${large === true ? `md5(${column})` : column} AS c${at}`;
  });
  const { rows } = await client.query<Record<string, string | null>>(
    `UPDATE ${table.name} t SET ${version} = v.made
     FROM (SELECT l.k, l.old, -($1::bigint + row_number() OVER ()) AS made
           FROM (SELECT ${key} AS k, ${version} AS old FROM ${table.name}
                 WHERE ${key} > $2 ORDER BY ${key} LIMIT $3 FOR UPDATE SKIP LOCKED) l) v
     WHERE t.${key} = v.k
     RETURNING ${[`v.k::text AS "key"`, `v.old::text AS "old"`, `v.made::text AS "made"`, ...shown].join(', ')}`,
    [turn * ROWS, turn * ROWS * 2, ROWS],
  );
  return rows.map((row) => ({
    table: table.name,
    key: BigInt(row['key'] ?? ''),
    version: BigInt(row['made'] ?? ''),
    replaces: BigInt(row['old'] ?? ''),
    values: Object.fromEntries(table.columns.map(({ name }, at) => [name, row[`c${at}`] ?? null])),
  }));
}

/** Whether the status of a task names what it waits for. */
async function seenWaiting(round: RunningRound, forMs: number): Promise<string> {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs && !round.signal.aborted) {
    for (const task of round.tasks.live) {
      const view = await round.system.client.describe(task.name).catch(() => null);
      if (view?.waitingFor != null) return `${task.planned.name} waited for ${view.waitingFor}`;
    }
    await sleep(LOOK_MS);
  }
  return 'no status named it';
}

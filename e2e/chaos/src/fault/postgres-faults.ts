import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { SpecOf } from '../plan/round-plan.js';
import { bringBack } from './bring-back.js';
import type { RunningRound } from './running-round.js';
import { last } from './service-faults.js';

/** Waited for somebody to cut off, for a slot to be lost, for a scan to be under way. */
const WAIT_MS_MAX = 30_000;
const LOOK_MS = 50;
const SLOT_LOOK_MS = 300;
/** WAL that slots may hold back, and segments of 16 MB that are more than that. */
const SLOT_MEGABYTES = 256;
const SEGMENTS = 24;

export async function killPostgres(
  round: RunningRound,
  fault: SpecOf<'postgres-kill'>,
): Promise<void> {
  const { postgres } = round.system.stack.servers;
  await postgres.killAll();
  await last(fault.downMs, round.signal);
  await bringBack(postgres);
}

export async function restartPostgres(
  round: RunningRound,
  fault: SpecOf<'postgres-restart'>,
): Promise<void> {
  const { postgres } = round.system.stack.servers;
  await postgres.stop();
  await last(fault.downMs, round.signal);
  await bringBack(postgres);
}

/** Backends that a cut is meant for: those that are in the middle of something. */
const CUT = {
  changefeed: `(application_name LIKE 'lakeferry %' OR backend_type = 'walsender')
    AND (xact_start IS NOT NULL OR backend_type = 'walsender')`,
  writers: `application_name LIKE 'workload %' AND xact_start IS NOT NULL`,
  slot: `pid IN (SELECT active_pid FROM pg_replication_slots WHERE slot_name LIKE 'lakeferry%')`,
  all: `backend_type IN ('client backend', 'walsender')`,
} as const;

/** Cuts connections again and again, each time when there is one to cut. */
export async function cutConnections(
  round: RunningRound,
  fault: SpecOf<'connections-cut'>,
): Promise<void> {
  const { system, signal } = round;
  let cut = 0;
  for (let time = 0; time < fault.times && !signal.aborted; time += 1) {
    cut += await system.sql(async (client) => {
      const deadlineMs = performance.now() + WAIT_MS_MAX;
      for (;;) {
        const { rowCount } = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND ${CUT[fault.whose]}`,
        );
        if (rowCount !== null && rowCount > 0) return rowCount;
        if (performance.now() > deadlineMs || signal.aborted) return 0;
        await sleep(LOOK_MS);
      }
    });
    if (time < fault.times - 1) await last(fault.everyMs, signal);
  }
  round.note(`${cut} connections were cut`);
  if (cut < fault.times && !signal.aborted) throw new Error(`no ${fault.whose} connection to cut`);
}

/** The server takes from the slot what it still needs, while nobody reads it. */
export async function loseSlot(round: RunningRound, fault: SpecOf<'slot-lost'>): Promise<void> {
  const { system } = round;
  const changefeeds = system.processes('changefeed');
  await Promise.all(changefeeds.map((process) => process.strikeDown()));
  await system.sql(async (client) => {
    const slot = await eventuallyOf(round, async () => {
      const { rows } = await client.query<{ slot_name: string }>(
        `SELECT slot_name FROM pg_replication_slots
         WHERE slot_name LIKE 'lakeferry%' AND NOT temporary AND NOT active`,
      );
      return rows[0]?.slot_name;
    });
    switch (fault.how) {
      case 'dropped':
        await client.query('SELECT pg_drop_replication_slot($1)', [slot]);
        return;
      case 'wal':
        await overrunSlot(round, client, slot);
        return;
      default:
        fault.how satisfies never;
    }
  });
  for (const process of changefeeds) process.revive();
}

/** The slot falls behind what slots may hold back; the checker's own is near the end by then. */
async function overrunSlot(round: RunningRound, client: pg.Client, slot: string): Promise<void> {
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    await client.query(`SELECT pg_logical_emit_message(false, 'chaos', 'overrun')`);
    await client.query('SELECT pg_switch_wal()');
  }
  await eventuallyOf(round, async () => {
    await round.readCommits();
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ is_near: boolean }>(
      `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), min(restart_lsn)) < $2 AS is_near
       FROM pg_replication_slots WHERE slot_name <> $1`,
      [slot, (SLOT_MEGABYTES / 2) * 1024 * 1024],
    );
    return rows[0]?.is_near === true ? true : undefined;
  });
  await client.query(`ALTER SYSTEM SET max_slot_wal_keep_size = '${SLOT_MEGABYTES}MB'`);
  await client.query('SELECT pg_reload_conf()');
  await eventuallyOf(round, async () => {
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ wal_status: string }>(
      'SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1',
      [slot],
    );
    return rows[0]?.wal_status === 'lost' ? true : undefined;
  });
  await client.query('ALTER SYSTEM RESET max_slot_wal_keep_size');
  await client.query('SELECT pg_reload_conf()');
}

/** The table's storage is written anew while the task scans it. */
export async function rewriteTable(
  round: RunningRound,
  fault: SpecOf<'table-rewritten'>,
): Promise<void> {
  const { system, tasks } = round;
  const task = tasks.get(fault.task);
  await eventuallyOf(round, async () => {
    const { scan } = await system.client.describe(task.name);
    if (scan?.state === 'done') throw new Error('the scan was over before its table was rewritten');
    return scan !== null && scan.pagesDone > 0 ? true : undefined;
  });
  await system.sql((client) => client.query(`VACUUM FULL ${task.table.workload.name}`));
}

async function eventuallyOf<T>(
  round: RunningRound,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs || round.signal.aborted) {
      throw new Error('what the fault waited for did not come');
    }
    await sleep(SLOT_LOOK_MS);
  }
}

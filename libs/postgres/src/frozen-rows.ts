import { DeliveryError } from '@lakeferry/errors';
import { parseLsn, type Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { quoteIdentifier, quoteLiteral } from './table-name.js';
import { judgeRowAge, snapshotBounds } from './snapshot-xid.js';

export interface FrozenRowsQuery {
  readonly session: PgSession;
  /** The table in quotes. */
  readonly table: string;
  /** Selects the rows of the chunk. */
  readonly range: string;
  /** SQL for a row's 64-bit id. */
  readonly xid: string;
  readonly snapshot: string;
  readonly nextXid: bigint;
  readonly consistentPoint: Lsn;
}

const FROZEN_BITS = 0x0300;

/**
 * Rows of the chunk that carry an id between the snapshot and now but are older: frozen in an earlier
 * epoch. Runs in the transaction of the scan. Halts where it can't be told.
 *
 * @returns their ctids, to be delivered whatever the snapshot says of the id
 */
export async function findOldFrozenRows(query: FrozenRowsQuery): Promise<string[]> {
  const { session } = query;
  const { xmin } = snapshotBounds(query.snapshot);
  const candidates = await session.query<{ ctid: string; block: string; tuple: number }>(
    `SELECT ctid::text AS ctid, (ctid::text::point)[0]::bigint AS block, (ctid::text::point)[1]::int AS tuple
       FROM ONLY ${query.table}
      WHERE ${query.range} AND age(xmin) >= 0 AND ${query.xid} BETWEEN ${xmin} AND ${query.nextXid}
        AND NOT txid_visible_in_snapshot(${query.xid}, ${quoteLiteral(query.snapshot)}::txid_snapshot)`,
    undefined,
    'looking for frozen rows',
  );
  if (candidates.length === 0) return [];
  const schema = await inspectionSchema(session);
  const old: string[] = [];
  for (const block of new Set(candidates.map((row) => row.block))) {
    const page = await readPage(query, schema, block);
    for (const row of candidates.filter((candidate) => candidate.block === block)) {
      const infomask = page.infomasks.get(row.tuple) ?? 0;
      const frozen = (infomask & FROZEN_BITS) === FROZEN_BITS;
      const verdict = judgeRowAge({ frozen, pageLsn: page.lsn }, query.consistentPoint);
      if (verdict === 'ambiguous') throw ambiguous(row.ctid);
      if (verdict === 'visible') old.push(row.ctid);
    }
  }
  return old;
}

async function inspectionSchema(session: PgSession): Promise<string> {
  const rows = await session.query<{ schema: string; usable: boolean }>(
    `SELECT n.nspname::text AS schema, current_setting('is_superuser') = 'on' AS usable
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = 'pageinspect'`,
  );
  if (rows[0]?.usable !== true) throw ambiguous(null);
  return quoteIdentifier(rows[0].schema);
}

async function readPage(
  query: FrozenRowsQuery,
  schema: string,
  block: string,
): Promise<{ lsn: Lsn; infomasks: Map<number, number> }> {
  const rows = await query.session.query<{ lsn: string; tuple: number; infomask: number }>(
    `SELECT (${schema}.page_header(p)).lsn::text AS lsn, i.lp::int AS tuple, i.t_infomask AS infomask
       FROM ${schema}.get_raw_page(${quoteLiteral(query.table)}, ${block}) p,
            LATERAL ${schema}.heap_page_items(p) i WHERE i.t_infomask IS NOT NULL`,
    undefined,
    'inspecting a page',
  );
  return {
    lsn: parseLsn(rows[0]?.lsn ?? ''),
    infomasks: new Map(rows.map((row) => [row.tuple, row.infomask])),
  };
}

function ambiguous(ctid: string | null): DeliveryError {
  return new DeliveryError(
    'SOURCE_XID_AMBIGUOUS',
    'after a wraparound of transaction ids the age of a frozen row cannot be told',
    ctid === null ? {} : { context: { ctid } },
  );
}

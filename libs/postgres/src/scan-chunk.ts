/* eslint-disable max-params -- bytes and their ranges travel as plain arguments: an object per value or message would be the cost that this file exists to avoid */
import type { ScanLeaf } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { must } from '@lakeferry/runtime';
import { copyOut, type CopyFlow } from './copy-out.js';
import { findOldFrozenRows } from './frozen-rows.js';
import type { Lsn } from './lsn.js';
import type { PgSession } from './pg-session.js';
import { mayBeAmbiguous, nearestXid } from './snapshot-xid.js';
import { copyExpressions } from './scan-columns.js';
import { quoteLiteral, quoteTable } from './table-name.js';
import type { SourceColumn } from './value-rendering.js';
import { readWalPosition, waitUntilFlushed } from './wal-position.js';

/** Gets the rows of a chunk in the order of (block, tuple). */
export interface ChunkSink {
  /** Called before the first row with the means to stop and start the flow. */
  start?(flow: CopyFlow): void;
  /**
   * One line of COPY text, valid during the call only.
   *
   * @param start the first byte of the first copied column
   * @param end behind the newline
   * @param block numbered through the leaves of the plan
   */
  row(bytes: Buffer, start: number, end: number, block: number, tuple: number): void;
}

export interface ReadChunkOptions {
  readonly session: PgSession;
  readonly leaf: ScanLeaf;
  readonly fromBlock: number;
  readonly toBlock: number;
  /** S */
  readonly snapshot: string;
  /** C */
  readonly consistentPoint: Lsn;
  /** Columns that know their number are found by it, whatever they are called by now. */
  readonly copyColumns: readonly SourceColumn[];
  /** The table whose numbers these are; the leaf itself where it is left out. */
  readonly tableOid?: number | undefined;
  readonly flushTimeLimitMs: number;
  readonly sink: ChunkSink;
  readonly signal?: AbortSignal;
}

export interface ChunkResult {
  readonly rows: number;
  readonly bytes: number;
  /** Everything the chunk has seen lies below it, and the server's disk holds it. */
  readonly insertLsn: Lsn;
}

/** Rows come in physical order by a TID range scan, whatever the planner is set to prefer. */
const SCAN_SETTINGS = `
  SET LOCAL enable_seqscan = off; SET LOCAL enable_tidscan = on; SET LOCAL enable_indexscan = off;
  SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0;
  SET LOCAL synchronize_seqscans = off; SET LOCAL jit = off; SET LOCAL row_security = off`;

/**
 * Reads what the snapshot sees of a run of blocks, in a transaction of its own. Resolves only when the
 * chunk may be published: the log that made rows look replaced is flushed, so that a crash of the
 * server cannot bring back what the scan left out. On rejection nothing of the chunk may be used.
 */
export async function readChunk(options: ReadChunkOptions): Promise<ChunkResult> {
  const { session, sink } = options;
  const order = new RowOrder(options);
  await session.transaction(async () => {
    await session.query(SCAN_SETTINGS);
    const table = await lockPlanned(session, options.leaf);
    const sql = await chunkStatement(options, table);
    await copyOut({
      session,
      sql,
      onLine: (bytes, start, end) => order.line(bytes, start, end, sink),
      ...(sink.start === undefined ? {} : { onStart: (flow) => sink.start?.(flow) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { insertLsn } = await readWalPosition(session);
  await waitUntilFlushed(session, insertLsn, { timeLimitMs: options.flushTimeLimitMs });
  return { rows: order.rows, bytes: order.bytes, insertLsn };
}

/**
 * Locks the table and makes sure that it still lies in the planned file: from then on to the end of the
 * transaction nothing can rewrite it.
 *
 * @returns its present name in quotes
 */
async function lockPlanned(session: PgSession, leaf: ScanLeaf): Promise<string> {
  const names = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1`,
    [leaf.oid],
  );
  const found = names[0];
  if (found === undefined) throw tableChanged(leaf);
  const table = quoteTable(found);
  await session.query(`LOCK TABLE ONLY ${table} IN ACCESS SHARE MODE`);
  const now = await session.query<{ oid: number | null; filenode: number | null }>(
    'SELECT to_regclass($1)::oid AS oid, pg_relation_filenode($2::oid) AS filenode',
    [table, leaf.oid],
  );
  if (now[0]?.oid !== leaf.oid) throw tableChanged(leaf);
  if (now[0].filenode !== leaf.relfilenode) {
    throw new DeliveryError(
      'SOURCE_TABLE_REWRITTEN',
      `${leaf.name} was rewritten since its scan was planned`,
      { context: { oid: leaf.oid } },
    );
  }
  return table;
}

function tableChanged(leaf: ScanLeaf): DeliveryError {
  return new DeliveryError('SOURCE_TABLE_CHANGED', `${leaf.name} was dropped or renamed`, {
    context: { oid: leaf.oid },
  });
}

/**
 * The row's id is counted back from the next id, which the server keeps the same within a transaction:
 * exact for every row that is not frozen. A frozen row keeps its 32 bits of any epoch: those that lie
 * ahead of now, or below the snapshot, are older than it; what lies between is looked at one by one.
 */
async function chunkStatement(options: ReadChunkOptions, table: string): Promise<string> {
  const { session } = options;
  const rows = await session.query<{ next: string; xmax: string }>(
    `SELECT ((3 + age('3'::xid)::bigint) & 4294967295)::text AS next,
            pg_snapshot_xmax(pg_current_snapshot())::text AS xmax`,
  );
  const facts = must(rows[0], 'a select without from gives a row');
  const next = nearestXid(BigInt(facts.next), BigInt(facts.xmax));
  const range = `ctid >= '(${options.fromBlock},0)' AND ctid < '(${options.toBlock},0)'`;
  const xid = `(${next} - age(xmin))`;
  const old = mayBeAmbiguous(next)
    ? await findOldFrozenRows({
        session,
        table,
        range,
        xid,
        snapshot: options.snapshot,
        nextXid: next,
        consistentPoint: options.consistentPoint,
      })
    : [];
  const listed =
    old.length === 0 ? '' : ` OR ctid = ANY ('{${old.map((c) => `"${c}"`).join(',')}}')`;
  const columns = ['ctid', ...(await copyExpressions(options))].join(', ');
  return (
    `COPY (SELECT ${columns} FROM ONLY ${table} WHERE ${range} AND (` +
    `txid_visible_in_snapshot(${xid}, ${quoteLiteral(options.snapshot).trim()}::txid_snapshot) ` +
    `OR age(xmin) < 0 OR age(xmin) = 2147483647${listed})) TO STDOUT`
  );
}

const TAB = 0x09;
const COMMA = 0x2c;
const CLOSING = 0x29;

/** Reads the position in front of each line and insists that it ascends. */
class RowOrder {
  rows = 0;
  bytes = 0;
  private lastBlock = -1;
  private lastTuple = 0;
  private readonly firstBlock: number;

  constructor(private readonly options: ReadChunkOptions) {
    this.firstBlock = options.leaf.firstBlock;
  }

  line(bytes: Buffer, start: number, end: number, sink: ChunkSink): void {
    let at = start + 1;
    let block = 0;
    for (; bytes[at] !== COMMA; at += 1) block = block * 10 + (bytes[at] as number) - 0x30;
    let tuple = 0;
    for (at += 1; bytes[at] !== CLOSING; at += 1) tuple = tuple * 10 + (bytes[at] as number) - 0x30;
    const ascends = block > this.lastBlock || (block === this.lastBlock && tuple > this.lastTuple);
    if (!ascends || bytes[at + 1] !== TAB || block >= this.options.toBlock) {
      throw new DeliveryError('SOURCE_SCAN_DISORDER', 'rows came out of physical order', {
        context: { oid: this.options.leaf.oid, block, tuple },
      });
    }
    this.lastBlock = block;
    this.lastTuple = tuple;
    this.rows += 1;
    this.bytes += end - start;
    sink.row(bytes, at + 2, end, this.firstBlock + block, tuple);
  }
}

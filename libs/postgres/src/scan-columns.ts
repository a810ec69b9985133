import type { ScanLeaf } from '@lakeferry/contracts';
import type { PgSession } from './pg-session.js';
import { quoteIdentifier } from './table-name.js';
import type { SourceColumn } from './value-rendering.js';

/** What the server calls a column that was dropped. */
const DROPPED = /^\.{8}pg\.dropped\.\d+\.{8}$/;

/**
 * What to select for the columns of a scan, in a transaction that holds a lock on the leaf. A column
 * was perhaps renamed since the scan was planned, or dropped: then it is null.
 */
export async function copyExpressions(options: {
  readonly session: PgSession;
  readonly leaf: ScanLeaf;
  readonly tableOid?: number | undefined;
  readonly copyColumns: readonly SourceColumn[];
}): Promise<string[]> {
  const { session, leaf, copyColumns } = options;
  const attnums = copyColumns.flatMap(({ attnum }) => attnum ?? []);
  // By a function that reads the present catalog: the transaction's snapshot is older than its lock.
  const rows = await session.query<{ attnum: number; name: string | null }>(
    `SELECT n AS attnum, (pg_identify_object_as_address('pg_class'::regclass, $1::oid, n)).object_names[3] AS name
       FROM unnest($2::int[]) AS n`,
    [options.tableOid ?? leaf.oid, attnums],
    'looking up the columns to scan',
  );
  const names = new Map(rows.map(({ attnum, name }) => [attnum, name]));
  return copyColumns.map((column) => expression(column, names));
}

function expression(
  { name, attnum }: SourceColumn,
  names: ReadonlyMap<number, string | null>,
): string {
  if (attnum === undefined) return quoteIdentifier(name);
  const now = names.get(attnum) ?? null;
  return now === null || DROPPED.test(now) ? 'NULL' : quoteIdentifier(now);
}

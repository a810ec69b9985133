import type { Finding } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';
import { findTable } from './catalog.js';
import type { PgSession } from './pg-session.js';
import {
  judgeSource,
  judgeTable,
  type SourceFacts,
  type TableFacts,
} from './preflight-decision.js';
import { formatTableName, type TableName } from './table-name.js';

export interface SourceCheck {
  readonly slotName: string;
  readonly publicationName: string;
}

export interface TableCheck {
  readonly table: TableName;
  /** The task's source columns; all that can be delivered when absent. */
  readonly columns?: readonly string[];
}

/** Managed services give the right to replicate by membership in a role of theirs. */
const SOURCE_QUERY = `
  SELECT current_user::text AS "user", current_database()::text AS database,
         current_setting('wal_level') AS wal_level, pg_is_in_recovery() AS in_recovery,
         (SELECT pg_encoding_to_char(encoding)::text FROM pg_database
           WHERE datname = current_database()) AS encoding,
         (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user)
           OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname IN ('rds_replication', 'rds_superuser')
                       AND pg_has_role(current_user, oid, 'MEMBER')) AS can_replicate,
         has_database_privilege(current_database(), 'CREATE') AS can_create,
         (SELECT pg_has_role(current_user, pubowner, 'USAGE') FROM pg_publication
           WHERE pubname = $1) AS owns_publication,
         EXISTS (SELECT 1 FROM pg_replication_slots WHERE slot_name = $2) AS slot_exists,
         current_setting('max_replication_slots')::int
           - (SELECT count(*) FROM pg_replication_slots)::int AS free_slots,
         current_setting('max_wal_senders')::int
           - (SELECT count(*) FROM pg_stat_replication)::int AS free_senders,
         CASE WHEN pg_is_in_recovery() THEN false
              ELSE pg_snapshot_xmax(pg_current_snapshot())::text::numeric >= 4294967296 END AS wrapped,
         current_setting('is_superuser') = 'on'
           AND EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pageinspect') AS can_inspect`;

interface SourceRow {
  user: string;
  database: string;
  wal_level: string;
  in_recovery: boolean;
  encoding: string;
  can_replicate: boolean;
  can_create: boolean;
  owns_publication: boolean | null;
  slot_exists: boolean;
  free_slots: number;
  free_senders: number;
  wrapped: boolean;
  can_inspect: boolean;
}

/** What keeps the server from being a source. Changes nothing. */
export async function checkSource(session: PgSession, check: SourceCheck): Promise<Finding[]> {
  const rows = await session.query<SourceRow>(
    SOURCE_QUERY,
    [check.publicationName, check.slotName],
    'checking the source',
  );
  const row = must(rows[0], 'a select without from gives a row');
  const facts: SourceFacts = {
    user: row.user,
    database: row.database,
    publication: check.publicationName,
    walLevel: row.wal_level,
    inRecovery: row.in_recovery,
    serverEncoding: row.encoding,
    canReplicate: row.can_replicate,
    canCreateInDatabase: row.can_create,
    ownsPublication: row.owns_publication,
    slotExists: row.slot_exists,
    freeSlots: row.free_slots,
    freeSenders: row.free_senders,
    wrappedAround: row.wrapped,
    canInspectPages: row.can_inspect,
  };
  return judgeSource(facts);
}

/** What keeps the table from being delivered. Changes nothing. */
export async function checkTable(session: PgSession, check: TableCheck): Promise<Finding[]> {
  const table = await findTable(session, check.table);
  if (table === null) {
    return [
      {
        code: 'TABLE_MISSING',
        level: 'refuse',
        column: null,
        message: `there is no table ${formatTableName(check.table)}`,
        remedy: 'Check the name and its schema; list the tables of the source.',
      },
    ];
  }
  const leaves = table.leaves.map((leaf) => leaf.oid);
  const rows = await session.query<{ user: string; owns: boolean; can_select: boolean }>(
    `SELECT current_user::text AS "user",
            (SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = $1) AS owns,
            (SELECT bool_and(has_schema_privilege(relnamespace, 'USAGE')
                             AND has_table_privilege(oid, 'SELECT'))
               FROM pg_class WHERE oid = $1 OR oid = ANY ($2::oid[])) AS can_select`,
    [table.oid, leaves],
    'checking the table',
  );
  const row = must(rows[0], 'a select without from gives a row');
  const facts: TableFacts = {
    user: row.user,
    ownsTable: row.owns,
    canSelect: row.can_select,
    leavesWithoutIdentity: table.kind === 'p' ? await bareLeaves(session, leaves) : [],
  };
  return judgeTable(table, facts, check.columns);
}

/** The stream takes the replica identity of the partition that a row lies in, not of the root. */
async function bareLeaves(session: PgSession, leaves: readonly number[]): Promise<string[]> {
  const rows = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ANY ($1::oid[]) AND c.relkind = 'r' AND c.relreplident <> 'f'
        AND NOT EXISTS (SELECT 1 FROM pg_index i
                         WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                           AND CASE c.relreplident WHEN 'i' THEN i.indisreplident
                                                   WHEN 'd' THEN i.indisprimary ELSE false END)
      ORDER BY 1, 2`,
    [leaves],
    'checking the partitions',
  );
  return rows.map(formatTableName);
}

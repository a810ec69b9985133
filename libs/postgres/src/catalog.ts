import type { TableSummary } from '@lakeferry/contracts';
import type { PgSession } from './pg-session.js';
import { formatTableName, type TableName } from './table-name.js';
import type { SourceColumn } from './value-rendering.js';

export interface TableColumn extends SourceColumn {
  readonly attnum: number;
  /** Name of the type under all domains: `int8`, `_int4`; `enum`, `composite` for all of their kind. */
  readonly type: string;
  /** The type as SQL writes it, `numeric(10,2)`. */
  readonly sqlType: string;
  /** Of numeric and its arrays with declared digits. */
  readonly precision: number | null;
  readonly scale: number | null;
  readonly notNull: boolean;
  readonly generated: 'no' | 'stored' | 'virtual';
  /** The stream can carry it: scan and stream treat it alike. */
  readonly deliverable: boolean;
  /** Large values may be stored out of line; such a value is not sent when it did not change. */
  readonly toastable: boolean;
}

export interface LeafTable extends TableName {
  readonly oid: number;
  readonly kind: string;
  readonly persistence: string;
}

/** A table as the catalog has it now. */
export interface TableDescription extends TableName {
  readonly oid: number;
  /** Name as in SQL; `table` of mutations. */
  readonly table: string;
  /** `relkind`: r table, p partitioned, v view, m materialized view, f foreign, … */
  readonly kind: string;
  /** `relpersistence`: p permanent, u unlogged, t temporary. */
  readonly persistence: string;
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | 'index';
  readonly columns: readonly TableColumn[];
  /** The columns that identify a row in the stream; empty where nothing, or the whole row, does. */
  readonly keyColumns: readonly string[];
  /** What is scanned: the table itself, or the leaf partitions in a fixed order. */
  readonly leaves: readonly LeafTable[];
  /** The root of the partition tree that the table is a part of; null for roots and plain tables. */
  readonly partitionRoot: string | null;
  readonly hasInheritanceChildren: boolean;
  readonly isSystem: boolean;
  /** Row-level security applies to the user of this session. */
  readonly rowSecurityApplies: boolean;
  readonly publications: readonly string[];
}

/** What the row writers take of a column. */
export function sourceColumn(column: TableColumn): SourceColumn {
  const { name, typeOid, baseTypeOid, attnum } = column;
  return { name, typeOid, baseTypeOid, attnum };
}

const KINDS: Readonly<Record<string, TableSummary['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'view',
  f: 'foreign table',
};

const IDENTITIES: Readonly<Record<string, TableDescription['replicaIdentity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
};

/** Tables and whatever looks like one, without the system's own. */
export async function listTables(
  session: PgSession,
): Promise<(TableSummary & TableName & { readonly oid: number })[]> {
  const rows = await session.query<{
    oid: number;
    schema: string;
    name: string;
    kind: string;
    partition: boolean;
    rows: number;
    bytes: string;
  }>(
    `SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
            c.relispartition AS partition, c.reltuples::float8 AS rows,
            CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) END AS bytes
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema'
        AND n.nspname !~ '^pg_'
      ORDER BY n.nspname, c.relname`,
    undefined,
    'listing the tables',
  );
  return rows.map((row) => ({
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    table: formatTableName(row),
    kind: row.partition ? 'partition' : (KINDS[row.kind] ?? 'other'),
    rowsEstimate: row.rows < 0 ? null : row.rows,
    bytes: row.bytes === null ? null : Number(row.bytes),
  }));
}

/** The table of that name; null where there is none. */
export async function findTable(
  session: PgSession,
  name: TableName,
): Promise<TableDescription | null> {
  const rows = await session.query<{ oid: number }>(
    `SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind NOT IN ('i', 'I', 't', 'S', 'c')`,
    [name.schema, name.name],
    'looking the table up',
  );
  const oid = rows[0]?.oid;
  return oid === undefined ? null : describeTable(session, oid);
}

/** The table with that OID, whatever it is called by now; null when it was dropped. */
export async function describeTable(
  session: PgSession,
  oid: number,
): Promise<TableDescription | null> {
  const rows = await session.query<TableRow>(TABLE_QUERY, [oid], 'describing the table');
  const row = rows[0];
  if (row === undefined) return null;
  const columns = await readColumns(session, oid, row.toasts);
  const identity = IDENTITIES[row.identity] ?? 'nothing';
  const self = {
    oid,
    schema: row.schema,
    name: row.name,
    kind: row.kind,
    persistence: row.persistence,
  };
  return {
    ...self,
    table: formatTableName(row),
    replicaIdentity: identity,
    columns,
    keyColumns: row.keys ?? [],
    leaves: row.kind === 'p' ? await readLeaves(session, oid) : [self],
    partitionRoot:
      row.root_schema === null || row.root_name === null
        ? null
        : formatTableName({ schema: row.root_schema, name: row.root_name }),
    hasInheritanceChildren: row.inherited,
    isSystem: row.system,
    rowSecurityApplies: row.row_security,
    publications: row.publications ?? [],
  };
}

interface TableRow {
  schema: string;
  name: string;
  kind: string;
  persistence: string;
  identity: string;
  keys: string[] | null;
  root_schema: string | null;
  root_name: string | null;
  inherited: boolean;
  system: boolean;
  row_security: boolean;
  toasts: boolean;
  publications: string[] | null;
}

/** The key is that of the replica identity index, or of the primary key (under FULL too). */
const TABLE_QUERY = `
  SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
         c.relpersistence::text AS persistence, c.relreplident::text AS identity,
         (SELECT array_agg(a.attname::text ORDER BY k.ord)
            FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, ord), pg_attribute a
           WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate AND k.ord <= i.indnkeyatts
             AND CASE c.relreplident WHEN 'i' THEN i.indisreplident
                                     WHEN 'n' THEN false ELSE i.indisprimary END
             AND a.attrelid = c.oid AND a.attnum = k.attnum) AS keys,
         rn.nspname::text AS root_schema, rc.relname::text AS root_name,
         c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid) AS inherited,
         c.oid < 16384 OR n.nspname = 'information_schema' OR n.nspname ~ '^pg_' AS system,
         c.relrowsecurity AND row_security_active(c.oid) AS row_security,
         EXISTS (SELECT 1 FROM pg_class x WHERE x.reltoastrelid <> 0 AND (x.oid = c.oid
                 OR x.oid IN (SELECT relid FROM pg_partition_tree(c.oid::regclass)))) AS toasts,
         (SELECT array_agg(p.pubname::text ORDER BY p.pubname)
            FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
           WHERE r.prrelid = c.oid) AS publications
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class rc ON c.relispartition AND rc.oid = pg_partition_root(c.oid)
    LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
   WHERE c.oid = $1`;

interface ColumnRow {
  attnum: number;
  name: string;
  type_oid: number;
  base_oid: number;
  base_name: string;
  base_kind: string;
  element_name: string | null;
  element_kind: string | null;
  sql_type: string;
  modifier: number;
  not_null: boolean;
  generated: string;
  storage: string;
}

/**
 * Domains may stack: the walk ends at the type that is none, and keeps the modifier on the way. Only a
 * type that another one names as its array is an array, whatever it is called.
 */
const COLUMN_QUERY = `
  WITH RECURSIVE walk(attnum, type_oid, modifier) AS (
    SELECT attnum, atttypid, atttypmod FROM pg_attribute
     WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT w.attnum, t.typbasetype, CASE WHEN w.modifier >= 0 THEN w.modifier ELSE t.typtypmod END
      FROM walk w JOIN pg_type t ON t.oid = w.type_oid WHERE t.typtype = 'd')
  SELECT a.attnum, a.attname::text AS name, a.atttypid AS type_oid, t.oid AS base_oid,
         t.typname::text AS base_name, t.typtype::text AS base_kind,
         coalesce(eb.typname, e.typname)::text AS element_name, e.typtype::text AS element_kind,
         format_type(a.atttypid, a.atttypmod) AS sql_type, w.modifier,
         a.attnotnull AS not_null, a.attgenerated::text AS generated, a.attstorage::text AS storage
    FROM pg_attribute a JOIN walk w USING (attnum) JOIN pg_type t ON t.oid = w.type_oid
         LEFT JOIN pg_type e ON e.typarray = t.oid
         LEFT JOIN pg_type eb ON e.typtype = 'd' AND eb.oid = e.typbasetype
   WHERE a.attrelid = $1 AND t.typtype <> 'd' ORDER BY a.attnum`;

async function readColumns(
  session: PgSession,
  oid: number,
  tableToasts: boolean,
): Promise<TableColumn[]> {
  const rows = await session.query<ColumnRow>(COLUMN_QUERY, [oid], 'describing the columns');
  return rows.map((row) => ({
    attnum: row.attnum,
    name: row.name,
    typeOid: row.type_oid,
    baseTypeOid: row.base_oid,
    type: typeName(row),
    sqlType: row.sql_type,
    ...numericDigits(row),
    notNull: row.not_null,
    generated: row.generated === 's' ? 'stored' : row.generated === 'v' ? 'virtual' : 'no',
    deliverable: isDeliverable(row.generated, session.serverVersion),
    toastable: tableToasts && row.storage !== 'p',
  }));
}

function typeName({ base_name, base_kind, element_name, element_kind }: ColumnRow): string {
  if (element_name === null) return kindName(base_name, base_kind);
  return `_${kindName(element_name, element_kind ?? '')}`;
}

function kindName(name: string, kind: string): string {
  if (kind === 'e') return 'enum';
  return kind === 'c' ? 'composite' : name;
}

/**
 * Servers before 18 never publish a generated column, and none publishes a virtual one: a scan would
 * deliver values that the stream then lacks. From 18 on, stored ones are published on request.
 */
function isDeliverable(generated: string, serverVersion: number): boolean {
  return generated === '' || (generated === 's' && serverVersion >= 180_000);
}

const NUMERIC_OIDS = [1700, 1231];

function numericDigits(row: ColumnRow): { precision: number | null; scale: number | null } {
  if (!NUMERIC_OIDS.includes(row.base_oid) || row.modifier < 4)
    return { precision: null, scale: null };
  const packed = row.modifier - 4;
  // The scale is an 11-bit number with sign.
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

async function readLeaves(session: PgSession, oid: number): Promise<LeafTable[]> {
  return session.query<{ [K in keyof LeafTable]: LeafTable[K] }>(
    `SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
            c.relpersistence::text AS persistence
       FROM pg_partition_tree($1::oid::regclass) t
       JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE t.isleaf ORDER BY c.oid`,
    [oid],
    'listing the partitions',
  );
}

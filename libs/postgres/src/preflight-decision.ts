import type { Finding } from '@lakeferry/contracts';
import type { TableDescription } from './catalog.js';

/** What the server-wide check looks at. */
export interface SourceFacts {
  readonly user: string;
  readonly database: string;
  readonly publication: string;
  readonly walLevel: string;
  readonly inRecovery: boolean;
  readonly serverEncoding: string;
  readonly canReplicate: boolean;
  readonly canCreateInDatabase: boolean;
  /** Null where there is no such publication yet. */
  readonly ownsPublication: boolean | null;
  readonly slotExists: boolean;
  readonly freeSlots: number;
  readonly freeSenders: number;
  readonly wrappedAround: boolean;
  readonly canInspectPages: boolean;
}

/** What the check of a table looks at besides its description. */
export interface TableFacts {
  readonly user: string;
  readonly ownsTable: boolean;
  /** The user may read the table and every leaf of it. */
  readonly canSelect: boolean;
  /** Leaves whose own replica identity gives no key. */
  readonly leavesWithoutIdentity: readonly string[];
}

/** A slot for the stream, and a temporary one while a task is planned. */
const PLAN_SLOTS = 1;

/** What keeps a source from being delivered from; pure. */
export function judgeSource(facts: SourceFacts): Finding[] {
  const findings: Finding[] = [];
  const refuse = (code: string, message: string, remedy: string): void => {
    findings.push({ code, level: 'refuse', column: null, message, remedy });
  };
  const slots = PLAN_SLOTS + (facts.slotExists ? 0 : 1);
  if (facts.walLevel !== 'logical') {
    refuse(
      'WAL_LEVEL',
      `wal_level is ${facts.walLevel}`,
      'Set wal_level = logical and restart the server.',
    );
  }
  if (facts.inRecovery) {
    refuse('STANDBY', 'the server is a standby', 'Name the primary as the source.');
  }
  if (facts.serverEncoding === 'SQL_ASCII') {
    refuse(
      'ENCODING',
      'the database has no encoding (SQL_ASCII): its text may be no text at all',
      'Move the data to a database with encoding UTF8.',
    );
  }
  if (!facts.canReplicate) {
    refuse(
      'REPLICATION_PRIVILEGE',
      `user ${facts.user} may not replicate`,
      `Run ALTER ROLE "${facts.user}" REPLICATION as a superuser.`,
    );
  }
  if (facts.ownsPublication === false) {
    refuse(
      'PUBLICATION_OWNER',
      `publication ${facts.publication} belongs to somebody else`,
      `Run ALTER PUBLICATION "${facts.publication}" OWNER TO "${facts.user}".`,
    );
  }
  if (facts.ownsPublication === null && !facts.canCreateInDatabase) {
    refuse(
      'CREATE_PRIVILEGE',
      `user ${facts.user} may not create a publication in this database`,
      `Run GRANT CREATE ON DATABASE "${facts.database}" TO "${facts.user}".`,
    );
  }
  if (facts.freeSlots < slots) {
    refuse(
      'REPLICATION_SLOTS',
      `${facts.freeSlots} replication slots are free, ${slots} are needed`,
      'Raise max_replication_slots, or drop slots that nobody uses.',
    );
  }
  if (facts.freeSenders < slots) {
    refuse(
      'WAL_SENDERS',
      `${facts.freeSenders} replication connections are free, ${slots} are needed`,
      'Raise max_wal_senders.',
    );
  }
  if (facts.wrappedAround && !facts.canInspectPages) {
    findings.push({
      code: 'XID_WRAPAROUND',
      level: 'warn',
      column: null,
      message:
        'transaction ids have wrapped around: a base scan halts at rows that change while it runs',
      remedy: 'Run CREATE EXTENSION pageinspect and deliver as a superuser.',
    });
  }
  return findings;
}

/** What keeps a table from being delivered, and what will be missing; pure. */
export function judgeTable(
  table: TableDescription,
  facts: TableFacts,
  columns: readonly string[] | undefined,
): Finding[] {
  const kind = judgeKind(table);
  if (kind !== null) return [kind];
  return [
    ...judgeAccess(table, facts),
    ...judgeIdentity(table, facts),
    ...judgeColumns(table, columns),
  ];
}

function refusal(code: string, message: string, remedy: string): Finding {
  return { code, level: 'refuse', column: null, message, remedy };
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

function judgeKind(table: TableDescription): Finding | null {
  const name = table.table;
  if (table.isSystem) {
    return refusal('SYSTEM_TABLE', `${name} is a system table`, 'Choose a table of your own.');
  }
  if (table.kind !== 'r' && table.kind !== 'p') {
    const what = KIND_NAMES[table.kind] ?? 'no table';
    return refusal(
      'NOT_A_TABLE',
      `${name} is ${what}`,
      'Name the table that the rows are written to.',
    );
  }
  if (table.partitionRoot !== null) {
    return refusal(
      'PARTITION',
      `${name} is a partition of ${table.partitionRoot}`,
      `Create the task on the root, ${table.partitionRoot}.`,
    );
  }
  const unlogged = table.leaves.find((leaf) => leaf.persistence !== 'p');
  if (table.persistence === 't' || unlogged?.persistence === 't') {
    return refusal('TEMPORARY_TABLE', `${name} is temporary`, 'Choose a permanent table.');
  }
  if (table.persistence === 'u' || unlogged !== undefined) {
    return refusal(
      'UNLOGGED_TABLE',
      `${name} is unlogged: its changes are not in the log`,
      `Run ALTER TABLE ${name} SET LOGGED.`,
    );
  }
  if (table.leaves.some((leaf) => leaf.kind !== 'r')) {
    return refusal(
      'FOREIGN_PARTITION',
      `${name} has partitions that are foreign tables`,
      'Detach them, or deliver the partitions from where they are.',
    );
  }
  return null;
}

function judgeAccess(table: TableDescription, facts: TableFacts): Finding[] {
  const findings: Finding[] = [];
  if (!facts.canSelect) {
    findings.push(
      refusal(
        'SELECT_PRIVILEGE',
        `user ${facts.user} may not read ${table.table} or a partition of it`,
        `Run GRANT SELECT ON ${table.table} TO "${facts.user}", also on its partitions.`,
      ),
    );
  }
  if (!facts.ownsTable && !table.publications.length) {
    findings.push(
      refusal(
        'TABLE_OWNER',
        `user ${facts.user} does not own ${table.table}, so cannot publish it`,
        `Make "${facts.user}" a member of the owner's role, or publish the table as its owner.`,
      ),
    );
  }
  if (table.rowSecurityApplies) {
    findings.push(
      refusal(
        'ROW_SECURITY',
        `row-level security would hide rows of ${table.table} from the scan`,
        `Run ALTER ROLE "${facts.user}" BYPASSRLS.`,
      ),
    );
  }
  if (table.hasInheritanceChildren) {
    findings.push({
      code: 'INHERITANCE',
      level: 'warn',
      column: null,
      message: `rows of tables that inherit from ${table.table} are not delivered`,
      remedy: 'Create a task for each of them.',
    });
  }
  return findings;
}

function judgeIdentity(table: TableDescription, facts: TableFacts): Finding[] {
  const remedy = `Add a primary key to ${table.table}, or run ALTER TABLE ${table.table} REPLICA IDENTITY FULL.`;
  if (table.replicaIdentity !== 'full' && table.keyColumns.length === 0) {
    return [
      refusal(
        'REPLICA_IDENTITY',
        `${table.table} has no replica identity: publishing it would make the application's own updates fail`,
        remedy,
      ),
    ];
  }
  return facts.leavesWithoutIdentity.map((leaf) =>
    refusal('REPLICA_IDENTITY', `partition ${leaf} has no replica identity`, remedy),
  );
}

function judgeColumns(table: TableDescription, wanted: readonly string[] | undefined): Finding[] {
  const findings: Finding[] = [];
  for (const name of wanted ?? []) {
    if (!table.columns.some((column) => column.name === name)) {
      findings.push({
        ...refusal(
          'COLUMN_MISSING',
          `${table.table} has no column ${JSON.stringify(name)}`,
          'Name a column of the table, in its exact spelling.',
        ),
        column: name,
      });
    }
  }
  for (const column of table.columns) {
    if (wanted !== undefined && !wanted.includes(column.name)) continue;
    if (!column.deliverable && wanted !== undefined) {
      findings.push({
        ...refusal(
          'GENERATED_COLUMN',
          `column ${JSON.stringify(column.name)} is generated and not in the stream of this server`,
          'Leave it out and compute it when reading.',
        ),
        column: column.name,
      });
    }
    const sentAlways = table.replicaIdentity === 'full' || table.keyColumns.includes(column.name);
    if (column.toastable && !sentAlways) findings.push(unchangedToast(table, column.name));
  }
  return findings;
}

function unchangedToast(table: TableDescription, column: string): Finding {
  return {
    code: 'UNCHANGED_TOAST',
    level: 'warn',
    column,
    message: `a large value of ${JSON.stringify(column)} is not sent with an update that leaves it as it is: it arrives as null and is counted`,
    remedy: `Run ALTER TABLE ${table.table} REPLICA IDENTITY FULL if updates must carry it.`,
  };
}

import type { SourceRoute } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import {
  describeTable,
  publishedOids,
  quoteTable,
  type PgSession,
  type TableDescription,
} from '@lakeferry/postgres';

export interface SoundTable {
  readonly kind: 'sound';
  readonly leafOids: readonly number[];
  readonly table: TableDescription;
}

/** What is wrong with a routed table, or its leaves as they are now. */
export type GuardVerdict = SoundTable | { readonly kind: 'halt'; readonly error: DeliveryError };

/**
 * Checks with every watermark that nobody changed what is published behind our back (rule 10): the
 * table exists under its OID, is a member of the publication, and no filled partition was attached.
 */
export async function checkRoutes(
  session: PgSession,
  publication: string,
  routes: readonly SourceRoute[],
): Promise<Map<string, GuardVerdict>> {
  const published = await publishedOids(session, publication);
  const verdicts = new Map<string, GuardVerdict>();
  for (const route of routes) {
    verdicts.set(route.task.taskId, await checkRoute(session, published, route));
  }
  return verdicts;
}

async function checkRoute(
  session: PgSession,
  published: ReadonlySet<number>,
  route: SourceRoute,
): Promise<GuardVerdict> {
  const table = await describeTable(session, route.tableOid);
  if (table === null) return halt(route, 'the table was dropped');
  if (!published.has(route.tableOid)) return halt(route, 'the table left the publication');
  const known = new Set(route.leafOids);
  for (const leaf of table.leaves) {
    if (known.has(leaf.oid) || leaf.oid === route.tableOid) continue;
    if (await holdsOlderRows(session, leaf)) {
      return halt(route, 'a partition that held rows already was attached');
    }
  }
  return { kind: 'sound', leafOids: table.leaves.map((leaf) => leaf.oid), table };
}

/** Rows older than the attachment of their partition never passed the stream. */
async function holdsOlderRows(
  session: PgSession,
  leaf: { oid: number; schema: string; name: string },
): Promise<boolean> {
  const rows = await session.query<{ filled: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM ONLY ${quoteTable(leaf)} AS leaf
       WHERE age(leaf.xmin) > (SELECT age(i.xmin) FROM pg_inherits i WHERE i.inhrelid = $1)
     ) AS filled`,
    [leaf.oid],
  );
  return rows[0]?.filled === true;
}

function halt(route: SourceRoute, message: string): GuardVerdict {
  const context = { table: route.task.tableName, taskId: route.task.taskId };
  return { kind: 'halt', error: new DeliveryError('SOURCE_TABLE_CHANGED', message, { context }) };
}

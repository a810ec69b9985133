import { describeTable, dropTables, publishedOids, type PgSession } from '@lakeferry/postgres';

/**
 * Takes tables out of the publication that no route wants: a process that ended between the two steps
 * of a task's removal leaves one behind. Only at the start of a source, when nobody adds any.
 */
export async function unpublishStrangers(
  session: PgSession,
  publication: string,
  routedOids: ReadonlySet<number>,
): Promise<void> {
  for (const oid of await publishedOids(session, publication)) {
    if (routedOids.has(oid)) continue;
    const table = await describeTable(session, oid);
    if (table !== null) await dropTables(session, { publication, tables: [table] });
  }
}

import { randomBytes } from 'node:crypto';
import { connectPostgres } from '../connect.js';
import type { PgSession } from '../pg-session.js';
import { quoteIdentifier } from '../table-name.js';

/** A database of its own on the test server, gone with its slots when the test is over. */
export interface TestDatabase {
  readonly url: string;
  /** Unique on the server: the start of slot and role names. */
  readonly name: string;
  open(replication?: boolean): Promise<PgSession>;
  drop(): Promise<void>;
}

/** Needs a server with wal_level=logical and a superuser in `LAKEFERRY_TEST_POSTGRES_URL`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env['LAKEFERRY_TEST_POSTGRES_URL'];
  if (serverUrl === undefined) {
    throw new Error('LAKEFERRY_TEST_POSTGRES_URL is not set: run the tests by npm test');
  }
  const name = `ferry_spec_${randomBytes(6).toString('hex')}`;
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  const url = address.toString();
  const sessions: PgSession[] = [];
  await onServer(serverUrl, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE template0`));
  return {
    url,
    name,
    open: async (replication = false) => {
      const session = await connectPostgres({
        url,
        applicationName: 'postgres spec',
        replication,
        ...(replication ? { walSenderTimeoutMs: 4_000 } : {}),
      });
      sessions.push(session);
      return session;
    },
    drop: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await onServer(serverUrl, (admin) => dropDatabase(admin, name));
    },
  };
}

async function dropDatabase(admin: PgSession, name: string): Promise<void> {
  await admin.query(
    `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
      WHERE database = $1 AND active_pid IS NOT NULL`,
    [name],
  );
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const rows = await admin.query(
      `SELECT CASE WHEN active_pid IS NULL AND NOT temporary THEN pg_drop_replication_slot(slot_name) END
         FROM pg_replication_slots WHERE database = $1`,
      [name],
    );
    if (rows.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await admin.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}

async function onServer(url: string, body: (admin: PgSession) => Promise<unknown>): Promise<void> {
  const admin = await connectPostgres({ url, applicationName: 'postgres spec' });
  try {
    await body(admin);
  } finally {
    await admin.close();
  }
}

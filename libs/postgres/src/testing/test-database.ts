import { createTestDatabase as createDatabase } from '@lakeferry/testing';
import { connectPostgres } from '../connect.js';
import type { PgSession } from '../pg-session.js';

/** A database of its own on the test server, with sessions that end with it. */
export interface TestDatabase {
  readonly url: string;
  /** Unique on the server: the start of slot and role names. */
  readonly name: string;
  open(replication?: boolean): Promise<PgSession>;
  drop(): Promise<void>;
}

/** For streams of tests: short, so that a held stream has to show that it stays alive. */
export const TEST_WAL_SENDER_TIMEOUT_MS = 4_000;

export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createDatabase('source');
  const sessions: PgSession[] = [];
  return {
    url: database.url,
    name: database.name,
    open: async (replication = false) => {
      const session = await connectPostgres({
        url: database.url,
        applicationName: 'postgres spec',
        replication,
        ...(replication ? { walSenderTimeoutMs: TEST_WAL_SENDER_TIMEOUT_MS } : {}),
      });
      sessions.push(session);
      return session;
    },
    drop: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await database[Symbol.asyncDispose]();
    },
  };
}

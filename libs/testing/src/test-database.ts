import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testStack } from './test-stack.js';
import { withClient } from './with-client.js';

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

/** A database of the test's own; its slots are dropped before it. */
export async function createTestDatabase(prefix = 'test'): Promise<TestDatabase> {
  const name = uniqueName(prefix);
  const admin = testStack().postgresUrl;
  await execute(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.toString(),
    [Symbol.asyncDispose]: async () => {
      await execute(
        admin,
        `SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
         WHERE database = '${name}' AND active_pid IS NOT NULL`,
      );
      await execute(
        admin,
        `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
         WHERE database = '${name}'`,
      );
      await execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** A connection for the statements of a test. */
export interface TestClient {
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  end(): Promise<void>;
}

export async function openTestClient(url: string, applicationName = 'test'): Promise<TestClient> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName });
  await client.connect();
  return client;
}

async function execute(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';

/** An empty database of its own for one test file. */
export interface ControlDatabase extends AsyncDisposable {
  readonly url: string;
}

/** @param serverUrl any database of the server, of a user who may create others */
export async function createControlDatabase(serverUrl: string): Promise<ControlDatabase> {
  const name = `control_${randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => execute(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const connection = await new PrismaPg({ connectionString: url }).connect();
  try {
    await connection.executeRaw({ sql, args: [], argTypes: [] });
  } finally {
    await connection.dispose();
  }
}

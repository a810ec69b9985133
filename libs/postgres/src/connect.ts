import { Socket } from 'node:net';
import { DeliveryError } from '@lakeferry/errors';
import pg from 'pg';
import { PgSession } from './pg-session.js';
import { toPostgresError } from './postgres-errors.js';
import { ReceiveSocket } from './receive-socket.js';

export interface ConnectOptions {
  /** `postgresql://user:password@host:port/database`, with the driver's TLS parameters. */
  readonly url: string;
  readonly applicationName: string;
  /** A walsender on the database of the URL: takes replication commands and simple queries. */
  readonly replication?: boolean;
  /** 0, the default, is no limit. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** For this connection only, whatever the server is set to. */
  readonly walSenderTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/**
 * Settings that change the text of values. They are pinned on every connection and checked after
 * connecting: text read under other settings would be wrong data without an error.
 */
const PINNED_SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '3',
  client_encoding: 'UTF8',
  lc_monetary: 'C',
  search_path: 'pg_catalog',
  quote_all_identifiers: 'off',
};

const CONNECT_TIMEOUT_MS = 15_000;
/** A session that only receives notices a peer that vanished soon, not after the system's two hours. */
const KEEP_ALIVE_AFTER_MS = 5_000;

/** Parameters of the URL that would take precedence over what a session needs to be. */
const OVERRIDDEN_PARAMETERS = [
  'options',
  'application_name',
  'fallback_application_name',
  'replication',
  'client_encoding',
  'statement_timeout',
  'lock_timeout',
];

const TLS_PARAMETERS = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation'];

/** Opens a session. Its settings are pinned: text of values is the same on every connection. */
export async function connectPostgres(options: ConnectOptions): Promise<PgSession> {
  const { client, receive } = createClient(options);
  const session = new PgSession(client, receive);
  try {
    await client.connect();
    await session.initialise();
    await checkPinned(session);
    return session;
  } catch (error) {
    await session.close();
    throw toPostgresError(error, 'connecting to the source');
  }
}

function createClient(options: ConnectOptions): { client: pg.Client; receive: ReceiveSocket } {
  const queryAt = options.url.indexOf('?');
  const parameters = new URLSearchParams(queryAt < 0 ? '' : options.url.slice(queryAt + 1));
  const ownOptions = parameters.get('options');
  for (const name of OVERRIDDEN_PARAMETERS) parameters.delete(name);
  const address = queryAt < 0 ? options.url : options.url.slice(0, queryAt);
  const query = parameters.toString();
  const receive = new ReceiveSocket();
  const plain = !TLS_PARAMETERS.some((name) => parameters.has(name));
  const config = {
    connectionString: query === '' ? address : `${address}?${query}`,
    application_name: options.applicationName,
    client_encoding: 'UTF8',
    options: [ownOptions, startupOptions(options)].filter(Boolean).join(' '),
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...(options.replication === true ? { replication: 'database' } : {}),
    ...(plain ? { ssl: false, stream: (): Socket => receive.createSocket() } : {}),
  };
  try {
    return { client: new pg.Client(config), receive };
  } catch {
    throw new DeliveryError('SOURCE_UNAVAILABLE', 'the URL of the source is not usable');
  }
}

function startupOptions(options: ConnectOptions): string {
  const settings: Record<string, string> = { ...PINNED_SETTINGS };
  settings['statement_timeout'] = String(options.statementTimeoutMs ?? 0);
  settings['lock_timeout'] = String(options.lockTimeoutMs ?? 0);
  settings['idle_in_transaction_session_timeout'] = '0';
  settings['default_transaction_isolation'] = 'read committed';
  if (options.walSenderTimeoutMs !== undefined) {
    settings['wal_sender_timeout'] = String(options.walSenderTimeoutMs);
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/([\\ ])/g, '\\$1')}`)
    .join(' ');
}

async function checkPinned(session: PgSession): Promise<void> {
  const names = Object.keys(PINNED_SETTINGS);
  const rows = await session.query<Record<string, string>>(
    `SELECT ${names.map((n) => `current_setting('${n}') AS "${n}"`).join(', ')}`,
  );
  const wrong = names.filter((name) => rows[0]?.[name] !== PINNED_SETTINGS[name]);
  if (wrong.length > 0) {
    throw new DeliveryError(
      'SOURCE_NOT_READY',
      `the connection does not keep the settings it was opened with (${wrong.join(', ')}): ` +
        'connect to the server itself, not through a pooler',
    );
  }
}

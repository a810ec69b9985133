import type { ConnectorConfig } from './connect-client.js';

/** Names of one run, all fresh: offsets of a connector outlive it. */
export interface PeerNames {
  readonly connector: string;
  readonly slot: string;
  readonly publication: string;
  /** Before the name of a table in the name of its topic. */
  readonly topicPrefix: string;
}

export interface DebeziumOptions {
  readonly names: PeerNames;
  /** URL of the source database; its password stands in no configuration. */
  readonly databaseUrl: string;
  /** What stands in place of the password. */
  readonly passwordReference: string;
  /** With their schemas. */
  readonly tables: readonly string[];
  readonly snapshotMode: SnapshotMode;
  readonly events: PeerEvents;
}

/** `initial` reads what is there, `no_data` only what is written from then on. */
export type SnapshotMode = 'initial' | 'no_data';

/**
 * What a record holds: Debezium's whole event with its source block, or the row alone, which is smaller
 * and from which no sink can tell an event that it has seen before.
 */
export type PeerEvents = 'whole' | 'rows';

/** @param run tells runs of a kind apart, in letters that a slot may have */
export function peerNames(kind: SnapshotMode, run: string): PeerNames {
  const name = `peer_${kind}_${run}`;
  return { connector: name, slot: name, publication: name, topicPrefix: name };
}

/** The topic of a table, as Debezium names it. */
export function topicOf(names: PeerNames, table: string): string {
  return `${names.topicPrefix}.${table}`;
}

/** Debezium's PostgreSQL connector, tuned for throughput on two cores. Pure. */
export function debeziumConfig(options: DebeziumOptions): ConnectorConfig {
  const { names, tables, snapshotMode, events } = options;
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'tasks.max': '1',
    ...databaseConfig(options),
    'plugin.name': 'pgoutput',
    'slot.name': names.slot,
    'slot.retry.delay.ms': '500',
    'publication.name': names.publication,
    'publication.autocreate.mode': 'filtered',
    'topic.prefix': names.topicPrefix,
    'table.include.list': tables.map((table) => table.replaceAll('.', '\\.')).join(','),
    // Others write messages into the log too; their topic does not exist, and a producer would wait for it.
    'message.prefix.exclude.list': '.*',
    'snapshot.mode': snapshotMode,
    'snapshot.fetch.size': '20000',
    'snapshot.max.threads': '1',
    'max.batch.size': '16384',
    'max.queue.size': '65536',
    'poll.interval.ms': '10',
    'decimal.handling.mode': 'string',
    'tombstones.on.delete': 'false',
    'heartbeat.interval.ms': '0',
    // What costs CPU for each event and that nobody reads here.
    'extended.headers.enabled': 'false',
    'statistics.metrics.enabled': 'false',
    'schema.refresh.mode': 'columns_diff_exclude_unchanged_toast',
    ...(events === 'rows' ? ROWS_ALONE : {}),
  };
}

const ROWS_ALONE: ConnectorConfig = {
  transforms: 'unwrap',
  'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
};

function databaseConfig({ databaseUrl, passwordReference }: DebeziumOptions): ConnectorConfig {
  const url = new URL(databaseUrl);
  return {
    'database.hostname': url.hostname,
    'database.port': url.port,
    'database.user': decodeURIComponent(url.username),
    'database.password': passwordReference,
    'database.dbname': decodeURIComponent(url.pathname.slice(1)),
    'database.sslmode': 'disable',
  };
}

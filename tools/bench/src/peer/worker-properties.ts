import { join } from 'node:path';

export interface WorkerPlace {
  /** Folder of the worker, with its offsets and secrets. */
  readonly folder: string;
  readonly brokers: readonly string[];
  /** Where its REST API answers, on loopback. */
  readonly port: number;
}

const MIB = 1024 * 1024;
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';

/** The file of secrets that configurations of connectors refer to. */
export function secretsFile(folder: string): string {
  return join(folder, 'secrets.properties');
}

/** What stands in a configuration in place of a secret: the API shows this. */
export function secretReference(folder: string, name: string): string {
  return `\${file:${secretsFile(folder)}:${name}}`;
}

/**
 * A standalone worker, tuned for throughput: JSON without schemas, large compressed batches, several
 * of them under way in order. Pure.
 */
export function workerProperties({ folder, brokers, port }: WorkerPlace): string {
  return propertiesText({
    'bootstrap.servers': brokers.join(','),
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'offset.storage.file.filename': join(folder, 'offsets'),
    'offset.flush.interval.ms': 5_000,
    // A scan of the whole class path takes longer than a run.
    'plugin.discovery': 'service_load',
    'config.providers': 'file',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    'config.providers.file.param.allowed.paths': folder,
    'key.converter': JSON_CONVERTER,
    'key.converter.schemas.enable': false,
    'value.converter': JSON_CONVERTER,
    'value.converter.schemas.enable': false,
    // Topics are made beforehand.
    'topic.creation.enable': false,
    'producer.compression.type': 'lz4',
    'producer.batch.size': MIB,
    'producer.linger.ms': 10,
    'producer.buffer.memory': 256 * MIB,
    'producer.max.request.size': 8 * MIB,
    'producer.enable.idempotence': true,
    'producer.max.in.flight.requests.per.connection': 5,
    'producer.send.buffer.bytes': MIB,
  });
}

/** Names and values as Java's properties files have them. Pure. */
export function propertiesText(
  entries: Readonly<Record<string, string | number | boolean>>,
): string {
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}

import type { LogFields, Logger, LogLevel } from '@lakeferry/observability';

/** One line of kafkajs, as its `logCreator` gives it. */
export interface KafkaLogEntry {
  readonly namespace: string;
  readonly label: string;
  readonly log: Readonly<Record<string, unknown>> & { readonly message: string };
}

/**
 * kafkajs logs everything it is about to retry at ERROR. This library reports what it gives up on
 * itself, so the library's own lines are detail: what is retried at debug, the rest one level lower.
 */
export function decideLogLevel(entry: KafkaLogEntry): LogLevel {
  const { label, log } = entry;
  if (label !== 'ERROR') return 'debug';
  const retried =
    log['retryCount'] !== undefined ||
    /^(Response |Connection |Failed to |Could not |Restarting|The coordinator is not aware)/.test(
      log.message,
    );
  return retried ? 'debug' : 'warn';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The fields of our closed list that a kafkajs line carries; its free-form rest is dropped. */
export function toLogFields(entry: KafkaLogEntry): LogFields {
  const { log } = entry;
  const error = text(log['error']);
  return {
    component: 'kafkajs',
    reason: entry.namespace,
    detail: error === undefined ? log.message : `${log.message}: ${error}`,
    topic: text(log['topic']),
    group: text(log['groupId']),
    partition: typeof log['partition'] === 'number' ? log['partition'] : undefined,
  };
}

/** kafkajs' `logCreator` that writes to our logger. */
export function bridgeKafkaLog(logger: Logger): () => (entry: KafkaLogEntry) => void {
  return () => (entry) => logger[decideLogLevel(entry)]('kafka client message', toLogFields(entry));
}

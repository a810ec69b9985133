import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Transactional ids with a transaction that is open on the broker now, as Kafka's own tool lists them.
 *
 * @param kafkaJars folder with the tools
 */
export async function openTransactions(broker: string, kafkaJars: string): Promise<Set<string>> {
  const tool = 'org.apache.kafka.tools.TransactionsCommand';
  const { stdout } = await run('java', [
    ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(kafkaJars, '*')],
    ...[tool, '--bootstrap-server', broker, 'list'],
  ]);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return new Set(rows.filter((row) => row[3] === 'Ongoing').map((row) => row[0] ?? ''));
}

import { join } from 'node:path';
import { silentLogger } from '@lakeferry/observability';
import { openKafka, type KafkaConnection } from '../kafka-connection.js';

/** A connection to the brokers of the test run. */
export function testKafka(brokers: readonly string[] = testBrokers()): KafkaConnection {
  return openKafka({ brokers, clientId: 'lakeferry-test', logger: silentLogger });
}

export function testBrokers(): readonly string[] {
  const brokers = process.env['LAKEFERRY_TEST_KAFKA_BROKERS'];
  if (brokers === undefined) throw new Error('LAKEFERRY_TEST_KAFKA_BROKERS is not set');
  return brokers.split(',');
}

/** Folder with the jars of a broker, for tests that start one of their own. */
export function testKafkaJars(): string {
  return process.env['LAKEFERRY_TEST_KAFKA_JARS'] ?? join(process.cwd(), '.lakeferry/jars/kafka');
}

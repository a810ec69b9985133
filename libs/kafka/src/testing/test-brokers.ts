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

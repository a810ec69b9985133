import { silentLogger } from '@lakeferry/observability';
import { testStack } from '@lakeferry/testing';
import { openKafka, type KafkaConnection } from '../kafka-connection.js';

/** A connection to the brokers of the test run, or to others. */
export function testKafka(brokers: readonly string[] = testBrokers()): KafkaConnection {
  return openKafka({ brokers, clientId: 'lakeferry-test', logger: silentLogger });
}

export function testBrokers(): readonly string[] {
  return testStack().kafkaBrokers;
}

/** Folder with the jars of a broker, for tests that start one of their own. */
export function testKafkaJars(): string {
  return testStack().kafkaJars;
}

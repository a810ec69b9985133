import { describe, expect, test } from '@jest/globals';
import { DeliveryError } from '@lakeferry/errors';
import { classifyKafkaError, toKafkaError } from './kafka-errors.js';

const error = (name: string, fields: object = {}) =>
  Object.assign(new Error(name), { name, ...fields });
const protocol = (type: string, fields: object = {}) =>
  error('KafkaJSProtocolError', { type, retriable: false, ...fields });
const exhausted = (cause: unknown) => error('KafkaJSNumberOfRetriesExceeded', { cause });

const table: readonly (readonly [string, unknown])[] = [
  ['KAFKA_FENCED', protocol('INVALID_PRODUCER_EPOCH', { code: 47 })],
  ['KAFKA_FENCED', error('KafkaJSProtocolError', { type: 'KAFKAJS_UNKNOWN_ERROR_CODE', code: 90 })],
  ['KAFKA_FENCED', exhausted(protocol('INVALID_PRODUCER_EPOCH'))],
  ['KAFKA_OFFSET_OUT_OF_RANGE', error('KafkaJSOffsetOutOfRange', { type: 'OFFSET_OUT_OF_RANGE' })],
  ['KAFKA_REFUSED', protocol('MESSAGE_TOO_LARGE')],
  ['KAFKA_REFUSED', protocol('TOPIC_AUTHORIZATION_FAILED')],
  ['KAFKA_REFUSED', error('KafkaJSAggregateError', { errors: [protocol('INVALID_CONFIG')] })],
  ['KAFKA_REFUSED', error('KafkaJSSASLAuthenticationError')],
  ['KAFKA_UNAVAILABLE', protocol('CONCURRENT_TRANSACTIONS', { retriable: true })],
  ['KAFKA_UNAVAILABLE', protocol('INVALID_TXN_STATE')],
  ['KAFKA_UNAVAILABLE', protocol('INVALID_PRODUCER_ID_MAPPING')],
  ['KAFKA_UNAVAILABLE', protocol('OUT_OF_ORDER_SEQUENCE_NUMBER')],
  ['KAFKA_UNAVAILABLE', protocol('UNKNOWN_TOPIC_OR_PARTITION', { retriable: true })],
  ['KAFKA_UNAVAILABLE', protocol('KAFKAJS_UNKNOWN_ERROR_CODE', { code: 120 })],
  ['KAFKA_UNAVAILABLE', error('KafkaJSConnectionClosedError')],
  ['KAFKA_UNAVAILABLE', error('KafkaJSNoBrokerAvailableError')],
  ['KAFKA_UNAVAILABLE', error('KafkaJSGroupCoordinatorNotFound')],
  ['KAFKA_UNAVAILABLE', exhausted(error('KafkaJSConnectionError', { code: 'ECONNREFUSED' }))],
  ['KAFKA_UNAVAILABLE', error('Error', { code: 'ECONNRESET' })],
  ['INVARIANT_BROKEN', new TypeError('x is not a function')],
  ['INVARIANT_BROKEN', error('KafkaJSNonRetriableError', { cause: new TypeError('x') })],
  ['INVARIANT_BROKEN', new Error('something else')],
  ['INVARIANT_BROKEN', 'a string'],
  ['INVARIANT_BROKEN', undefined],
];

describe('errors of kafkajs', () => {
  test.each(table)('%s: %s', (code, thrown) => {
    expect(classifyKafkaError(thrown)).toBe(code);
  });

  test('keeps the cause, the protocol type and the facts', () => {
    const cause = exhausted(protocol('INVALID_PRODUCER_EPOCH'));
    expect(toKafkaError(cause, { lane: 3 })).toMatchObject({
      code: 'KAFKA_FENCED',
      cause,
      context: { lane: 3, kafkaError: 'INVALID_PRODUCER_EPOCH' },
    });
  });

  test('lets our own errors through', () => {
    const ours = new DeliveryError('ORDER_VIOLATION', 'out of order');
    expect(toKafkaError(ours, { lane: 1 })).toBe(ours);
  });
});

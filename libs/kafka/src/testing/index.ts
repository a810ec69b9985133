export { uniqueKafkaName } from './test-names.js';
export { ZombieProducer, type ZombieRecord } from './zombie-producer.js';
export { readTopic } from './read-topic.js';

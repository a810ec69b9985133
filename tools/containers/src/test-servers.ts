import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { freePort, type S3Access } from '@lakeferry/stack';
import type { Images } from './image-roles.js';
import { TEST_LABEL } from './paths.js';

const STARTED_WITHIN_MS = 120_000;
const MIB = 1024 * 1024;

/** A container with PostgreSQL for tests: the settings of the embedded server. */
export async function startPostgres(
  images: Images,
  password: string,
): Promise<{ container: StartedTestContainer; url: (database: string) => string }> {
  const settings = {
    wal_level: 'logical',
    max_wal_senders: '40',
    max_replication_slots: '40',
    max_connections: '200',
    max_prepared_transactions: '10',
    max_wal_size: '4GB',
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const container = await labelled(images.postgres)
    .withEnvironment({
      POSTGRES_USER: 'lakeferry',
      POSTGRES_PASSWORD: password,
      POSTGRES_INITDB_ARGS: '--locale=C --encoding=UTF8',
    })
    .withCommand(['postgres', ...flags])
    .withExposedPorts(5432)
    // A server that only prepares the data folder says so too, before the real one.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const at = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return { container, url: (database) => `postgres://lakeferry:${password}@${at}/${database}` };
}

/**
 * A container with a Kafka broker for tests. A broker tells its clients where it is, so its port is chosen
 * before it starts.
 */
export async function startKafka(
  images: Images,
): Promise<{ container: StartedTestContainer; brokers: string[] }> {
  const port = await freePort();
  const host = process.env['TESTCONTAINERS_HOST_OVERRIDE'] ?? '127.0.0.1';
  const container = await labelled(images.kafka)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      // A broker asks itself about transactions, and from inside the mapped port is not there.
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093,INSIDE://localhost:9094',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port},INSIDE://localhost:9094`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_MESSAGE_MAX_BYTES: String(10 * MIB),
      KAFKA_REPLICA_FETCH_MAX_BYTES: String(10 * MIB),
    })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start()
    .catch((error: unknown) => {
      if (!String(error).includes('already in use') && !String(error).includes('allocated')) {
        throw error;
      }
      throw new Error(`port ${port} was taken while the broker started: run the tests again`, {
        cause: error,
      });
    });
  return { container, brokers: [`${host}:${port}`] };
}

/** A container with an S3 store for tests; the bucket is the caller's to create. */
export async function startS3(
  images: Images,
  secretAccessKey: string,
): Promise<{ container: StartedTestContainer; access: S3Access }> {
  const accessKeyId = 'lakeferry';
  const container = await labelled(images.s3)
    .withEnvironment({
      S3PROXY_AUTHORIZATION: 'aws-v2-or-v4',
      S3PROXY_ENDPOINT: 'http://0.0.0.0:80',
      S3PROXY_IDENTITY: accessKeyId,
      S3PROXY_CREDENTIAL: secretAccessKey,
      JCLOUDS_PROVIDER: 'filesystem',
      JCLOUDS_FILESYSTEM_BASEDIR: '/data',
    })
    .withExposedPorts(80)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  return {
    container,
    access: {
      endpoint: `http://${container.getHost()}:${container.getMappedPort(80)}`,
      region: 'us-east-1',
      accessKeyId,
      secretAccessKey,
      forcePathStyle: true,
      bucket: 'lake',
    },
  };
}

/** The label by which a later run finds what a killed one left. */
const labelled = (image: string): GenericContainer =>
  new GenericContainer(image)
    .withLabels({ [TEST_LABEL.name]: TEST_LABEL.value })
    .withStartupTimeout(STARTED_WITHIN_MS);

import { readFileSync } from 'node:fs';

/** Where the real servers of a test run are. */
export interface TestStack {
  /** A superuser's URL of a PostgreSQL server with logical replication. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  /** Folder with Kafka's jars, for tests that need a broker of their own. */
  readonly kafkaJars: string;
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly forcePathStyle: boolean;
    readonly bucket: string;
  };
  /** DuckDB's extension that reads S3; absent where it could not be installed. */
  readonly httpfs: string | undefined;
}

/**
 * The servers that the test runner started (`LAKEFERRY_TEST_STACK_FILE`); each can be replaced by
 * one of your own: `LAKEFERRY_TEST_POSTGRES_URL`, `LAKEFERRY_TEST_KAFKA_BROKERS`,
 * `LAKEFERRY_TEST_KAFKA_JARS`, `LAKEFERRY_TEST_S3` (JSON), `LAKEFERRY_TEST_HTTPFS`. A server that is
 * not there is an error only for the test that asks for it.
 */
export function testStack(): TestStack {
  const env = process.env;
  const file = env['LAKEFERRY_TEST_STACK_FILE'];
  const stack = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  const brokers = env['LAKEFERRY_TEST_KAFKA_BROKERS']?.split(',') ?? stack.kafka?.brokers;
  const s3 = env['LAKEFERRY_TEST_S3'];
  return {
    get postgresUrl() {
      return needed('PostgreSQL', env['LAKEFERRY_TEST_POSTGRES_URL'] ?? stack.source?.url);
    },
    get kafkaBrokers() {
      return needed('Kafka', brokers);
    },
    kafkaJars: env['LAKEFERRY_TEST_KAFKA_JARS'] ?? stack.kafka?.jars ?? '',
    get s3() {
      return needed('the S3 store', s3 === undefined ? stack.s3 : JSON.parse(s3));
    },
    httpfs: env['LAKEFERRY_TEST_HTTPFS'],
  };
}

function needed<T>(what: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Error(
    `no ${what} to test against: run the tests by npm test, or name one in the environment`,
  );
}

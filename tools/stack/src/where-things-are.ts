import type { StackFile } from './stack-file.js';

export interface Whereabouts {
  readonly file: StackFile;
  readonly dataDir: string;
  /** Where `file` was written. */
  readonly stackFile: string;
  /** DuckDB's S3 reader; null where DuckDB has to fetch it. */
  readonly httpfs: string | null;
}

const TABLE = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text)';
const LABEL_WIDTH = 12;

/** What a person wants to know of a running stack, with one example of each thing to do. Pure. */
export function whereThingsAre(whereabouts: Whereabouts): string {
  const { file, dataDir, stackFile } = whereabouts;
  const { s3 } = file;
  const rows: readonly (readonly [string, string])[] = [
    ['API docs', `${file.rest.url}/docs`],
    ['gRPC', file.grpc.address],
    ['PostgreSQL', file.source.url],
    ['Kafka', file.kafka.brokers.join(',')],
    ['S3', `${s3.endpoint}  bucket ${s3.bucket}, region ${s3.region}`],
    ['', `key ${s3.accessKeyId}, secret ${s3.secretAccessKey}`],
    ['Data, logs', dataDir],
    ['All of it', stackFile],
  ];
  const table = rows.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)}${value}`);
  return ['', ...table, '', ...examples(whereabouts), ''].join('\n');
}

function examples({ file, httpfs }: Whereabouts): readonly string[] {
  const task = {
    source: file.source.name,
    tableName: 'orders',
    taskName: 'orders',
    taskConfig: {
      ossBucket: file.s3.bucket,
      ossPrefix: 'orders/year=$yyyy/month=$MM',
      parquetSchema: 'auto',
      fileAgeSecondsMax: 5,
    },
  };
  const consumer = `java -cp ${quote(`${file.kafka.jars}/*`)} org.apache.kafka.tools.consumer.ConsoleConsumer`;
  return [
    'Make a table, with any PostgreSQL client:',
    `  psql ${quote(file.source.url)} -c ${quote(TABLE)} -c ${quote("INSERT INTO orders VALUES (1, 'first')")}`,
    'Create a task that delivers it:',
    `  curl -X POST ${file.rest.url}/v1/tasks -H 'content-type: application/json' -d ${quote(JSON.stringify(task))}`,
    'Look into a topic:',
    `  ${consumer} --bootstrap-server ${file.kafka.brokers.join(',')} --from-beginning --topic lakeferry.tasks`,
    'Query what was delivered, in DuckDB:',
    ...duckdbStatements(file, httpfs).map((statement) => `  ${statement};`),
  ];
}

function duckdbStatements({ s3 }: StackFile, httpfs: string | null): readonly string[] {
  const { host } = new URL(s3.endpoint);
  const access = `KEY_ID '${s3.accessKeyId}', SECRET '${s3.secretAccessKey}', REGION '${s3.region}'`;
  return [
    httpfs === null ? 'INSTALL httpfs; LOAD httpfs' : `LOAD '${httpfs.replaceAll("'", "''")}'`,
    `CREATE SECRET (TYPE s3, ${access}, ENDPOINT '${host}', URL_STYLE 'path', USE_SSL false)`,
    `SELECT * FROM read_parquet('s3://${s3.bucket}/orders/**', hive_partitioning = true)`,
  ];
}

/** As a shell takes it for one word. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

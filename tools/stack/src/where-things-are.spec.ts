import { expect, it } from '@jest/globals';
import { whereThingsAre } from './where-things-are.js';

const WHEREABOUTS = {
  file: {
    source: { name: 'local', url: 'postgres://lakeferry:word@127.0.0.1:20001/local' },
    control: { url: 'postgres://lakeferry:word@127.0.0.1:20001/lakeferry' },
    kafka: { brokers: ['127.0.0.1:20002'], jars: "/my lake's/jars/kafka" },
    s3: {
      endpoint: 'http://127.0.0.1:20003',
      region: 'us-east-1',
      accessKeyId: 'key',
      secretAccessKey: 'hidden',
      forcePathStyle: true,
      bucket: 'lake',
    },
    rest: { url: 'http://127.0.0.1:20004', token: null },
    grpc: { address: '127.0.0.1:20005' },
    pids: {},
  },
  dataDir: "/my lake's/data",
  stackFile: "/my lake's/stack.json",
  httpfs: "/my lake's/httpfs.duckdb_extension",
};

const text = whereThingsAre(WHEREABOUTS);

it('aligns a table of addresses', () => {
  expect(text).toContain('\n  API docs    http://127.0.0.1:20004/docs\n');
  expect(text).toContain('\n  Kafka       127.0.0.1:20002\n');
});

it('quotes for the shell', () => {
  expect(text).toContain(`-cp '/my lake'\\''s/jars/kafka/*' `);
});

it('gives a task as JSON that can be posted', () => {
  const body = /-d '(.*)'\n/.exec(text)?.[1] ?? '';
  expect(JSON.parse(body)).toMatchObject({ source: 'local', tableName: 'orders' });
});

it('has DuckDB load its reader, or fetch one', () => {
  expect(text).toContain(`LOAD '/my lake''s/httpfs.duckdb_extension';`);
  expect(whereThingsAre({ ...WHEREABOUTS, httpfs: null })).toContain(
    'INSTALL httpfs; LOAD httpfs;',
  );
});

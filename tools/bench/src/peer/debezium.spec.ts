import { expect, test } from '@jest/globals';
import { debeziumConfig, peerNames, topicOf, type DebeziumOptions } from './debezium.js';

const NAMES = peerNames('initial', 'ab12');
const OPTIONS: DebeziumOptions = {
  names: NAMES,
  databaseUrl: 'postgres://user%40home:very%2Fsecret@127.0.0.1:5433/a%20database',
  passwordReference: '${file:/data/secrets.properties:password}',
  tables: ['public.orders', 'public.other'],
  snapshotMode: 'initial',
  events: 'whole',
};

test('reads the tables that it is told and no others', () => {
  const config = debeziumConfig(OPTIONS);
  expect(config['table.include.list']).toBe('public\\.orders,public\\.other');
  expect(config['publication.autocreate.mode']).toBe('filtered');
});

test('messages in the log, which others write, go nowhere', () => {
  expect(debeziumConfig(OPTIONS)['message.prefix.exclude.list']).toBe('.*');
});

test('reaches the database by the parts of its URL, its password aside', () => {
  const config = debeziumConfig(OPTIONS);
  expect(config).toMatchObject({
    'database.hostname': '127.0.0.1',
    'database.port': '5433',
    'database.user': 'user@home',
    'database.dbname': 'a database',
    'database.password': '${file:/data/secrets.properties:password}',
  });
  expect(JSON.stringify(config)).not.toMatch(/very/);
});

test.each(['initial', 'no_data'] as const)('takes a snapshot as told: %s', (snapshotMode) => {
  expect(debeziumConfig({ ...OPTIONS, snapshotMode })['snapshot.mode']).toBe(snapshotMode);
});

test('its queue holds several batches', () => {
  const config = debeziumConfig(OPTIONS);
  expect(Number(config['max.queue.size'])).toBeGreaterThan(2 * Number(config['max.batch.size']));
});

test('gives the rows alone only where it is told to', () => {
  expect(debeziumConfig(OPTIONS)['transforms']).toBeUndefined();
  expect(debeziumConfig({ ...OPTIONS, events: 'rows' })['transforms.unwrap.type']).toBe(
    'io.debezium.transforms.ExtractNewRecordState',
  );
});

test('names are such that a slot may have, and differ by run and by kind', () => {
  const names = [NAMES, peerNames('initial', 'cd34'), peerNames('no_data', 'ab12')];
  for (const { slot } of names) expect(slot).toMatch(/^[a-z0-9_]{1,63}$/);
  expect(new Set(names.map(({ slot }) => slot)).size).toBe(3);
});

test('the topic of a table is named by prefix, schema and table', () => {
  expect(topicOf(NAMES, 'public.orders')).toBe('peer_initial_ab12.public.orders');
});

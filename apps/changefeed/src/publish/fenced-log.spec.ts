import { describe, expect, it, jest } from '@jest/globals';
import type { KafkaConnection, OpenFencedOptions, TopicMessages } from '@lakeferry/kafka';
import { keyedRecord } from './keyed-record.js';
import * as kafka from '@lakeferry/kafka';

/** The partition: what all producers have committed. */
const partition: { key: string; value: string }[] = [];
jest.unstable_mockModule('@lakeferry/kafka', () => ({
  ...kafka,
  FencedProducer: {
    open: (options: OpenFencedOptions) => {
      for (const { key, value } of partition) {
        options.onCheckpoint({
          ...{ offset: 0n, key: Buffer.from(key), value: Buffer.from(value) },
          ...{ headers: {}, timestamp: 0 },
        });
      }
      return Promise.resolve({
        commit: ({ messages }: { messages: readonly TopicMessages[] }) => {
          const own = messages.filter(({ topic }) => topic === 'source');
          for (const { key, value } of own.flatMap((each) => each.messages)) {
            partition.push({ key: String(key), value: String(value) });
          }
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      });
    },
  },
}));
const { FencedLog } = await import('./fenced-log.js');

function position(lsn: string): TopicMessages {
  return keyedRecord({ topic: 'source', partition: 0, key: 'position', value: { lsn } });
}

async function openLog() {
  partition.splice(0, Infinity, { key: 'position', value: '{"lsn":"0/1"}' });
  return FencedLog.open({
    kafka: {} as KafkaConnection,
    transactionalId: 'stream',
    checkpoint: { topic: 'source', partition: 0 },
    initial: '',
    fold: (_state, _key, value) => value ?? '',
    stillOwner: () => true,
    signal: new AbortController().signal,
  });
}

describe('FencedLog', () => {
  it('gets a new producer as long as nobody else has written', async () => {
    const log = await openLog();
    expect(log.state).toBe('{"lsn":"0/1"}');
    await log.renew();
    const rows = keyedRecord({ topic: 'rows', partition: 0, key: 'row', value: {} });
    await log.commit([rows, position('0/2')]);
    await log.renew();
    await log.commit([rows]);
    await log.renew();
  });

  it('ends when a successor has written: what is in memory would be published twice', async () => {
    const log = await openLog();
    await log.commit([position('0/2')]);
    partition.push({ key: 'position', value: '{"lsn":"0/3"}' });
    await expect(log.renew()).rejects.toMatchObject({ code: 'KAFKA_FENCED' });
  });
});

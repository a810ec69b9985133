import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { messageBytes, splitSends, type TopicMessages } from './transaction-sends.js';

const message = (bytes: number, partition = 0) => ({ partition, value: Buffer.alloc(bytes) });

describe('splitSends', () => {
  test('one small step is one send', () => {
    const step: TopicMessages[] = [
      { topic: 'a', messages: [message(10), message(10, 1)] },
      { topic: 'b', messages: [message(10)] },
    ];
    expect(splitSends(step)).toEqual([
      {
        compression: 'zstd',
        topicMessages: [
          { topic: 'a', messages: step[0]?.messages },
          { topic: 'b', messages: step[1]?.messages },
        ],
      },
    ]);
  });

  test('nothing is no send', () => {
    expect(splitSends([])).toEqual([]);
    expect(splitSends([{ topic: 'a', messages: [] }])).toEqual([]);
  });

  test('a large record gets a send of its own', () => {
    const sends = splitSends(
      [{ topic: 'a', messages: [message(10), message(5_000), message(10)] }],
      1_000,
    );
    expect(sends.map((send) => send.topicMessages[0]?.messages.length)).toEqual([1, 1, 1]);
  });

  test('keeps apart what is compressed and what is not', () => {
    const sends = splitSends([
      { topic: 'files', messages: [message(10)], compression: 'none' },
      { topic: 'lanes', messages: [message(10)] },
    ]);
    expect(sends.map((send) => send.compression)).toEqual(['none', 'zstd']);
  });

  test('keeps every record, the order within each partition, and the bound', () => {
    const steps = fc.array(
      fc.record({
        topic: fc.constantFrom('a', 'b'),
        compression: fc.constantFrom('zstd' as const, 'none' as const),
        messages: fc.array(
          fc.record({ partition: fc.nat(2), value: fc.string({ maxLength: 400 }), key: fc.uuid() }),
        ),
      }),
    );
    fc.assert(
      fc.property(steps, (topics) => {
        const bytesMax = 600;
        const sends = splitSends(topics, bytesMax);
        const flat = (list: readonly TopicMessages[]) =>
          list.flatMap(({ topic, messages }) => messages.map((each) => ({ topic, ...each })));
        const given = Map.groupBy(flat(topics), (each) => `${each.topic}/${each.partition}`);
        const sent = Map.groupBy(
          sends.flatMap((send) => flat(send.topicMessages)),
          (each) => `${each.topic}/${each.partition}`,
        );
        expect(new Map([...sent].sort())).toEqual(new Map([...given].sort()));
        for (const send of sends) {
          const records = send.topicMessages.flatMap((each) => each.messages);
          const bytes = records.reduce((sum, each) => sum + messageBytes(each), 0);
          expect(records.length === 1 || bytes <= bytesMax).toBe(true);
        }
      }),
    );
  });

  test.each([[Buffer.alloc(4)], ['\0\0\0\0']])('refuses a key that looks like a marker', (key) => {
    const step = [{ topic: 'a', messages: [{ partition: 0, key, value: 'x' }] }];
    expect(() => splitSends(step)).toThrow(expect.objectContaining({ code: 'INVARIANT_BROKEN' }));
  });

  test.each([[Buffer.alloc(3)], [Buffer.from([0, 0, 0, 1])], [''], [null]])(
    'takes any other key',
    (key) => {
      expect(
        splitSends([{ topic: 'a', messages: [{ partition: 0, key, value: 'x' }] }]),
      ).toHaveLength(1);
    },
  );
});

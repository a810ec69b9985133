import { expect, test } from '@jest/globals';
import { readJournalMessage, readTransactionStart } from './log-messages.js';

test('a Begin tells position and time of the commit', () => {
  const message = Buffer.alloc(21);
  message.write('B');
  message.writeBigUInt64BE(0x1_0000000an, 1);
  message.writeBigInt64BE(-1n, 9);
  expect(readTransactionStart(message)).toEqual({
    lsn: 0x1_0000000an,
    atMicros: BigInt(Date.UTC(2000, 0, 1)) * 1000n - 1n,
  });
});

test('a Message tells prefix and content', () => {
  const content = Buffer.from('r1:3:17 é');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const message = Buffer.concat([
    Buffer.from('M'),
    Buffer.from([1]),
    Buffer.alloc(8, 7),
    Buffer.from('lakeferry.journal\0'),
    length,
    content,
    Buffer.from('beyond'),
  ]);
  expect(readJournalMessage(message)).toEqual({
    prefix: 'lakeferry.journal',
    content: 'r1:3:17 é',
  });
});

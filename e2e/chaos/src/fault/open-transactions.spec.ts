import { expect, it } from '@jest/globals';
import { listOpenTransactions, readOpenTransactions } from './open-transactions.js';

const HEAD = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0]);
const PRODUCER = Buffer.alloc(8, 7);

function text(value: string): Buffer {
  const length = value.length + 1;
  const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Buffer.concat([Buffer.from(head), Buffer.from(value)]);
}

function transaction(id: string, state: string): Buffer {
  return Buffer.concat([text(id), PRODUCER, text(state), Buffer.from([0])]);
}

function answer(error: number, transactions: readonly Buffer[]): Buffer {
  return Buffer.concat([
    HEAD,
    Buffer.from([0, error, 1, transactions.length + 1]),
    ...transactions,
    Buffer.from([0]),
  ]);
}

it('asks for the transactions that are open', () => {
  expect(listOpenTransactions().toString('hex')).toBe(
    // length | key 66, version 0 | correlation 1 | no client, no tags | [Ongoing] | [] | no tags
    '00000016' + '00420000' + '00000001' + 'ffff00' + '02084f6e676f696e67' + '0100',
  );
});

it('reads their ids, long ones too', () => {
  const long = `lakeferry.${'long-'.repeat(40)}`;
  const open = readOpenTransactions(
    answer(0, [
      transaction('lakeferry.stream.local', 'Ongoing'),
      transaction(long, 'Ongoing'),
      transaction('over', 'CompleteCommit'),
    ]),
  );
  expect([...open]).toEqual(['lakeferry.stream.local', long]);
});

it('finds none in an empty answer', () => {
  expect(readOpenTransactions(answer(0, [])).size).toBe(0);
});

it('does not take a refusal for an empty answer', () => {
  expect(() => readOpenTransactions(answer(15, []))).toThrow('the broker answers 15');
});

import { connect } from 'node:net';

/** ListTransactions of the Kafka protocol: kafkajs has no call for it, and Kafka's own tool is a JVM. */
const LIST_TRANSACTIONS = 66;
const VERSION = 0;
const CORRELATION_ID = 1;
const ANSWER_MS_MAX = 5_000;

/** Transactional ids with a transaction that is open on a broker of one node now. */
export async function openTransactions(broker: string): Promise<Set<string>> {
  const [host = '', port = ''] = broker.split(':');
  return readOpenTransactions(await ask({ host, port: Number(port) }, listOpenTransactions()));
}

/** The request, its length in front. Pure. */
export function listOpenTransactions(): Buffer {
  const state = Buffer.from('Ongoing');
  const body = Buffer.concat([
    shorts(LIST_TRANSACTIONS, VERSION, 0, CORRELATION_ID),
    // No client id, no tagged fields; one state, all producers, no tagged fields.
    Buffer.from([0xff, 0xff, 0, 2, state.length + 1]),
    state,
    Buffer.from([1, 0]),
  ]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/**
 * Reads the answer, without its length. Pure.
 *
 * @throws Error when the broker answered with an error
 */
export function readOpenTransactions(answer: Buffer): Set<string> {
  let at = 4;
  const uvarint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = uvarint() - 1;
    at += length;
    return answer.toString('utf8', at - length, at);
  };
  const tags = () => {
    for (let left = uvarint(); left > 0; left -= 1) {
      uvarint();
      at += uvarint();
    }
  };
  tags();
  at += 4;
  const error = answer.readInt16BE(at);
  at += 2;
  if (error !== 0) throw new Error(`the broker answers ${error} when asked for its transactions`);
  for (let left = uvarint() - 1; left > 0; left -= 1) text();
  const open = new Set<string>();
  for (let left = uvarint() - 1; left > 0; left -= 1) {
    const id = text();
    at += 8;
    if (text() === 'Ongoing') open.add(id);
    tags();
  }
  return open;
}

function ask(at: { host: string; port: number }, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0);
    const socket = connect(at.port, at.host, () => socket.write(request));
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('the broker does not answer')));
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      if (heard.length < 4 || heard.length < 4 + heard.readInt32BE(0)) return;
      resolve(heard.subarray(4));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the broker hung up')));
  });
}

function shorts(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) buffer.writeInt16BE(value, at * 2);
  return buffer;
}

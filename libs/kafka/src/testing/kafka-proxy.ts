import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Numbers of requests in Kafka's protocol. */
export const API_KEYS = { produce: 0, endTxn: 26 } as const;

/**
 * A proxy in front of one broker that can lose an answer: the broker has done what it was asked for,
 * the client never hears of it. It stays in the way because it puts its own port into the answers
 * that name the broker's.
 */
export class KafkaProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  readonly #port: number;
  #lose: number | undefined;
  #lost = 0;

  private constructor(broker: string) {
    const [host = '', port = ''] = broker.split(':');
    this.#host = host;
    this.#port = Number(port);
    this.#server = createServer((client) => this.#pipe(client));
  }

  static async open(broker: string): Promise<KafkaProxy> {
    const proxy = new KafkaProxy(broker);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers lost so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Swallows the answer to the next request of this kind, and cuts the connection. */
  loseNextAnswerTo(apiKey: number): void {
    this.#lose = apiKey;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #pipe(client: Socket): void {
    const broker = connect(this.#port, this.#host);
    const doomed = new Set<number>();
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('close', () => other.destroy());
      socket.on('error', () => other.destroy());
    }
    onFrames(client, (frame) => {
      if (frame.readInt16BE(4) === this.#lose) {
        this.#lose = undefined;
        doomed.add(frame.readInt32BE(8));
      }
      broker.write(frame);
    });
    onFrames(broker, (frame) => {
      if (!doomed.delete(frame.readInt32BE(4))) {
        client.write(this.#redirected(frame));
        return;
      }
      this.#lost += 1;
      client.destroy();
    });
  }

  /** The broker's address in an answer, as (length, host, port), becomes the proxy's. */
  #redirected(frame: Buffer): Buffer {
    const target = addressBytes(this.#host, this.#port);
    const { port } = this.#server.address() as AddressInfo;
    for (let at = frame.indexOf(target); at >= 0; at = frame.indexOf(target, at + 1)) {
      frame.writeInt32BE(port, at + target.length - 4);
    }
    return frame;
  }
}

function addressBytes(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4);
  bytes.writeInt16BE(host.length, 0);
  bytes.write(host, 2, 'latin1');
  bytes.writeInt32BE(port, 2 + host.length);
  return bytes;
}

/** Calls back with whole frames, their four bytes of length included. */
function onFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0);
      onFrame(Buffer.from(pending.subarray(0, end)));
      pending = pending.subarray(end);
    }
  });
}

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export type S3Operation = 'put' | 'create' | 'part' | 'complete' | 'abort' | 'other';

/** What the proxy does to one request of an operation. `lost`: it is served, its answer is cut. */
export type ProxyFault = 429 | 500 | 503 | 501 | 409 | 'reset' | 'lost';

export interface ProxyScript {
  readonly operation: S3Operation;
  readonly fault: ProxyFault;
  readonly times: number;
}

/** Tells an S3 operation by its method and query. */
export function operationOf(method: string, url: string): S3Operation {
  const query = new URL(url, 'http://store').searchParams;
  if (method === 'PUT') return query.has('partNumber') ? 'part' : 'put';
  if (method === 'DELETE') return query.has('uploadId') ? 'abort' : 'other';
  if (method !== 'POST') return 'other';
  if (query.has('uploads')) return 'create';
  return query.has('uploadId') ? 'complete' : 'other';
}

const CODES = {
  409: 'ConditionalRequestConflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'SlowDown',
} as const;

/** An S3 store with faults: passes everything on, but for what the script names. */
export class S3FaultProxy {
  readonly #target: URL;
  readonly #server: Server;
  #script: { operation: S3Operation; fault: ProxyFault; left: number }[] = [];
  /** Operations that were seen, in order. */
  readonly seen: S3Operation[] = [];

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((incoming, answer) => {
      this.#serve(incoming, answer).catch(() => answer.destroy());
    });
  }

  static async open(target: string): Promise<S3FaultProxy> {
    const proxy = new S3FaultProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  script(...faults: readonly ProxyScript[]): void {
    this.#script = faults.map(({ operation, fault, times }) => ({ operation, fault, left: times }));
    this.seen.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const operation = operationOf(incoming.method ?? 'GET', incoming.url ?? '/');
    this.seen.push(operation);
    const fault = this.#take(operation, incoming);
    const body = await readAll(incoming);
    if (fault === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault !== undefined && fault !== 'lost') {
      answer.writeHead(fault, { 'content-type': 'application/xml' });
      answer.end(`<Error><Code>${CODES[fault]}</Code><Message>scripted</Message></Error>`);
      return;
    }
    const passed = await this.#pass(incoming, body);
    const content = await readAll(passed);
    if (fault === 'lost') {
      incoming.socket.resetAndDestroy();
      return;
    }
    answer.writeHead(passed.statusCode ?? 502, passed.headers);
    answer.end(content);
  }

  /** 501 stands for a store that does not know conditional puts: it hits only those. */
  #take(operation: S3Operation, incoming: IncomingMessage): ProxyFault | undefined {
    const found = this.#script.find((each) => each.operation === operation && each.left > 0);
    if (found === undefined) return undefined;
    if (found.fault === 501 && incoming.headers['if-none-match'] === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }

  #pass(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { host: _, expect: __, ...rest } = incoming.headers;
      const passed = httpRequest(
        {
          hostname: this.#target.hostname,
          port: this.#target.port,
          method: incoming.method,
          path: incoming.url,
          // The signature covers the host that the client named.
          headers: { ...rest, host: incoming.headers.host },
        },
        resolve,
      );
      passed.on('error', reject);
      passed.end(body);
    });
  }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

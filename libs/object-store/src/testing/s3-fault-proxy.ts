import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './test-certificate.js';

export type S3Operation = 'put' | 'create' | 'part' | 'complete' | 'abort' | 'buckets' | 'other';

/** An answer of the store's own kind. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** What the proxy does to one request of an operation. `lost`: it is served, its answer is cut. */
export type ProxyFault = 429 | 500 | 503 | 501 | 409 | 'reset' | 'lost' | Refusal;

export interface ProxyScript {
  readonly operation: S3Operation;
  readonly fault: ProxyFault;
  readonly times: number;
}

/** Tells an S3 operation by its method and query. */
export function operationOf(method: string, url: string): S3Operation {
  const { searchParams: query, pathname } = new URL(url, 'http://store');
  if (method === 'GET' && pathname === '/') return 'buckets';
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
  readonly #server: Server | TlsServer;
  #script: { operation: S3Operation; fault: ProxyFault; left: number }[] = [];
  /** Operations that were seen, in order. */
  readonly seen: S3Operation[] = [];

  private constructor(target: URL, certificate?: TestCertificate) {
    this.#target = target;
    const serve = (incoming: IncomingMessage, answer: ServerResponse) => {
      this.#serve(incoming, answer).catch(() => answer.destroy());
    };
    this.#server =
      certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
  }

  static async open(
    target: string,
    options: { readonly port?: number; readonly certificate?: TestCertificate } = {},
  ): Promise<S3FaultProxy> {
    const proxy = new S3FaultProxy(new URL(target), options.certificate);
    const port = options.port ?? 0;
    await new Promise<void>((resolve) => proxy.#server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Another certificate from the next connection on. */
  present(certificate: TestCertificate): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(certificate);
    this.#server.closeAllConnections();
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
      const { status, code } =
        typeof fault === 'number' ? { status: fault, code: CODES[fault] } : fault;
      answer.writeHead(status, { 'content-type': 'application/xml' });
      answer.end(`<Error><Code>${code}</Code><Message>scripted</Message></Error>`);
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

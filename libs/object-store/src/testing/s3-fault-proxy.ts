import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import {
  Agent,
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import {
  FaultPlan,
  UPLOADING,
  type Disturbance,
  type Injected,
  type ProxyFault,
  type ProxyScript,
  type Refusal,
} from './fault-plan.js';
import { operationOf, type S3Operation } from './s3-operation.js';
import type { TestCertificate } from './test-certificate.js';

export interface FaultProxyOptions {
  readonly port?: number;
  readonly certificate?: TestCertificate;
  /** When a stall ends by itself. */
  readonly stallMsMax?: number;
}

const CODES = {
  409: 'ConditionalRequestConflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'SlowDown',
} as const;

const STALL_MS_MAX = 60_000;
/** Of one connection of each side; not of the other. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'expect'];

/**
 * An S3 store with faults: passes everything on as it comes, but for the requests that a script, a
 * disturbance or a general refusal names. Buckets are in the path.
 */
export class S3FaultProxy {
  readonly #target: URL;
  readonly #server: Server | TlsServer;
  readonly #agent = new Agent({ keepAlive: true, timeout: 5_000 });
  readonly #plan = new FaultPlan();
  readonly #stallMsMax: number;
  readonly #seen = new Map<S3Operation, number>();
  readonly #stalls = new Set<() => void>();

  private constructor(target: URL, { certificate, stallMsMax }: FaultProxyOptions) {
    this.#target = target;
    this.#stallMsMax = stallMsMax ?? STALL_MS_MAX;
    const serve = (incoming: IncomingMessage, answer: ServerResponse) => {
      // An incoming request that was read to an end forgets its socket.
      const { socket } = incoming;
      answer.on('error', () => undefined);
      this.#serve({ incoming, answer, socket }).catch(() => socket.resetAndDestroy());
    };
    this.#server =
      certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
  }

  static async open(target: string, options: FaultProxyOptions = {}): Promise<S3FaultProxy> {
    const proxy = new S3FaultProxy(new URL(target), options);
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

  /** Since it was opened or `account` was asked, by operation and fault. */
  get injected(): readonly Injected[] {
    return this.#plan.injected;
  }

  /** What was injected since it was last asked, a line for each operation and fault. */
  account(): readonly string[] {
    return this.#plan.account();
  }

  /** Requests of an operation since the last script. */
  seen(operation: S3Operation): number {
    return this.#seen.get(operation) ?? 0;
  }

  /** Another certificate from the next connection on. */
  present(certificate: TestCertificate): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(certificate);
    this.#server.closeAllConnections();
  }

  /** Of each operation the next so many requests; replaces the script before. */
  script(...faults: readonly ProxyScript[]): void {
    this.#plan.script(faults);
    this.#seen.clear();
  }

  /** Hits requests by chance, until `calm`. */
  disturb(disturbance: Disturbance): void {
    this.#plan.disturb(disturbance);
  }

  /** Refuses everything, until `calm`. */
  refuseAll(refusal: Refusal): void {
    this.#plan.refuseAll(refusal);
  }

  /** No faults from here on, and what is stalled goes on. */
  calm(): void {
    this.#plan.script([]);
    this.#plan.disturb(undefined);
    this.#plan.refuseAll(undefined);
    this.endStalls();
  }

  /** What is stalled goes on. */
  endStalls(): void {
    for (const end of this.#stalls) end();
  }

  async close(): Promise<void> {
    this.calm();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { incoming, answer, socket } = exchange;
    const operation = operationOf(incoming.method ?? 'GET', incoming.url ?? '/');
    this.#seen.set(operation, this.seen(operation) + 1);
    const isConditional = incoming.headers['if-none-match'] !== undefined;
    const fault = this.#plan.next(operation, isConditional);
    if (fault === 'stall' && !(await this.#stalled(socket))) return;
    if (fault === 'reset') socket.resetAndDestroy();
    else if (typeof fault === 'number') await refuse(incoming, answer, refusalOf(fault));
    else if (typeof fault === 'object') await refuse(incoming, answer, fault);
    else if (fault === 'truncated' && UPLOADING.includes(operation)) await this.#passHalf(exchange);
    else await this.#pass(exchange, fault);
  }

  /** @returns whether the client is still there when the stall ends */
  async #stalled(socket: Socket): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#stallMsMax);
    this.#stalls.add(resolve);
    socket.once('close', resolve);
    await promise;
    socket.removeListener('close', resolve);
    this.#stalls.delete(resolve);
    clearTimeout(timer);
    return !socket.destroyed;
  }

  async #pass(
    { incoming, answer, socket }: Exchange,
    fault: ProxyFault | undefined,
  ): Promise<void> {
    const { passed, answered } = this.#toStore(incoming);
    // The store may answer before it has read everything, and close: its answer counts.
    pipeline(incoming, passed).catch(() => undefined);
    const response = await answered;
    if (fault === 'lost') {
      await drain(response);
      socket.resetAndDestroy();
    } else if (fault === 'truncated' || fault === 'halved') {
      await answerHalf(response, answer, fault);
    } else {
      answer.writeHead(response.statusCode ?? 502, endToEnd(response));
      await pipeline(response, answer);
    }
  }

  /** The store sees the first half of what it was told to expect, and the end of the connection. */
  async #passHalf({ incoming, socket }: Exchange): Promise<void> {
    const { passed, answered } = this.#toStore(incoming);
    answered.catch(() => undefined);
    let left = Math.floor(Number(incoming.headers['content-length'] ?? 0) / 2);
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, left);
      await new Promise((resolve) => passed.write(part, resolve));
      left -= part.length;
      if (left === 0) break;
    }
    passed.destroy();
    socket.resetAndDestroy();
  }

  #toStore(incoming: IncomingMessage): {
    readonly passed: ClientRequest;
    readonly answered: Promise<IncomingMessage>;
  } {
    const passed = httpRequest({
      agent: this.#agent,
      hostname: this.#target.hostname,
      port: this.#target.port,
      method: incoming.method,
      path: incoming.url,
      // The signature covers the host that the client named.
      headers: { ...bodyless(incoming), ...endToEnd(incoming), host: incoming.headers.host },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      passed.once('response', resolve);
      passed.on('error', reject);
    });
    return { passed, answered };
  }
}

/** One request of a client, and where its answer goes. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly socket: Socket;
}

function refusalOf(status: keyof typeof CODES): Refusal {
  return { status, code: CODES[status] };
}

async function refuse(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { status, code }: Refusal,
): Promise<void> {
  await drain(incoming);
  answer.writeHead(status, { 'content-type': 'application/xml' });
  const body = `<Error><Code>${code}</Code><Message>scripted</Message></Error>`;
  answer.end(incoming.method === 'HEAD' ? undefined : body);
}

async function answerHalf(
  response: IncomingMessage,
  answer: ServerResponse,
  fault: 'truncated' | 'halved',
): Promise<void> {
  const content = await readAll(response);
  const half = content.subarray(0, Math.floor(content.length / 2));
  const told = fault === 'halved' ? half.length : content.length;
  answer.writeHead(response.statusCode ?? 502, { ...endToEnd(response), 'content-length': told });
  if (fault === 'halved') {
    answer.end(half);
    return;
  }
  await new Promise((resolve) => answer.write(half, resolve));
  answer.destroy();
}

function endToEnd({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  return Object.fromEntries(kept);
}

/** Without this Node announces chunks for a request that has no body. */
function bodyless({ headers, method }: IncomingMessage): OutgoingHttpHeaders {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  return method === 'POST' || method === 'PUT' ? { 'content-length': 0 } : {};
}

async function drain(stream: IncomingMessage): Promise<void> {
  for await (const _ of stream) continue;
}

/** Answers that are cut are short: lists, and what becomes of an upload. */
async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

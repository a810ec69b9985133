import { Worker } from 'node:worker_threads';
import { DeliveryError } from '@lakeferry/errors';
import type {
  LaneAnswer,
  LaneAnswers,
  LaneRequest,
  ThreadRequest,
  ThreadResponse,
} from './lane-encoder-protocol.js';
import type {
  AppendResult,
  LaneRecovery,
  LaneSpec,
  SealedFile,
  ThreadMemory,
} from './lane/lane-spec.js';
import { RecordBuffers, type InputRecord } from './record-buffers.js';

interface EncoderThreadOptions {
  /** Requests that are on their way at once; further ones wait in order. */
  readonly inFlightMax?: number;
  /** Name of the thread in diagnostics. */
  readonly name?: string;
}

interface Pending {
  readonly resolve: (answer: LaneAnswer) => void;
  readonly reject: (error: DeliveryError) => void;
}

interface Waiting extends Pending {
  readonly make: () => LaneRequest;
}

/** A worker thread with the open files of any number of lanes, as seen from the main thread. */
export class EncoderThread implements AsyncDisposable {
  /** Resolves when the thread has ended: null after `close()`, the error after a crash. */
  readonly exited: Promise<DeliveryError | null>;
  private readonly pending = new Map<number, Pending>();
  private readonly waiting: Waiting[] = [];
  private readonly buffers = new RecordBuffers();
  private nextId = 1;
  private crash: DeliveryError | null = null;
  private closed = false;

  private constructor(
    private readonly worker: Worker,
    private readonly inFlightMax: number,
  ) {
    worker.on('message', (response: ThreadResponse) => this.settle(response));
    this.exited = new Promise((resolve) => {
      worker.on('error', (cause) => this.fail('the encoder thread crashed', cause));
      worker.on('exit', () => {
        this.fail('the encoder thread ended', undefined);
        resolve(this.closed ? null : this.crash);
      });
    });
  }

  static async start(options: EncoderThreadOptions = {}): Promise<EncoderThread> {
    const worker = new Worker(threadFile(), { name: options.name ?? 'encoder' });
    const thread = new EncoderThread(worker, options.inFlightMax ?? 8);
    await thread.memory();
    return thread;
  }

  /** Starts a lane where its checkpoint says; what was known of it is forgotten. */
  async openLane(request: {
    readonly lane: string;
    readonly spec: LaneSpec;
    readonly recovery: LaneRecovery;
  }): Promise<void> {
    await this.ask({ kind: 'openLane', ...request });
  }

  /** Goes on with another schema; all files of the lane must be sealed. */
  async reconfigureLane(request: {
    readonly lane: string;
    readonly spec: LaneSpec;
  }): Promise<void> {
    await this.ask({ kind: 'reconfigureLane', ...request });
  }

  /** Reads records in the order of their offsets; the values may be changed once it resolved. */
  async append(request: {
    readonly lane: string;
    readonly records: readonly InputRecord[];
  }): Promise<AppendResult> {
    return this.ask(() => ({
      kind: 'append',
      lane: request.lane,
      ...this.buffers.pack(request.records),
    }));
  }

  /** Ends the open file of a prefix; the next row of the prefix opens another. */
  async seal(request: { readonly lane: string; readonly prefix: string }): Promise<SealedFile> {
    return this.ask({ kind: 'seal', ...request });
  }

  /** Throws away the open file of a prefix, or all of the lane. */
  async discard(request: {
    readonly lane: string;
    readonly prefix?: string | undefined;
  }): Promise<void> {
    await this.ask({ kind: 'discard', ...request });
  }

  async closeLane(request: { readonly lane: string }): Promise<void> {
    await this.ask({ kind: 'closeLane', ...request });
  }

  memory(): Promise<ThreadMemory> {
    return this.ask({ kind: 'memory' });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker.terminate();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private ask<K extends LaneRequest['kind']>(
    request: Extract<LaneRequest, { kind: K }> | (() => Extract<LaneRequest, { kind: K }>),
  ): Promise<LaneAnswers[K]> {
    return new Promise<LaneAnswers[K]>((resolve, reject) => {
      const make = typeof request === 'function' ? request : () => request;
      this.waiting.push({ make, resolve: resolve as Waiting['resolve'], reject });
      this.sendNext();
    });
  }

  /** Sends what may be on its way; a request is made only then, so that few buffers are packed at once. */
  private sendNext(): void {
    while (this.pending.size < this.inFlightMax) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      if (this.crash !== null) {
        next.reject(this.crash);
        continue;
      }
      const id = this.nextId;
      this.nextId += 1;
      this.pending.set(id, next);
      const request = next.make();
      const message: ThreadRequest = { id, request };
      this.worker.postMessage(message, request.kind === 'append' ? [request.buffer] : []);
    }
  }

  private settle({ id, answer, failure, buffer }: ThreadResponse): void {
    if (buffer !== undefined) this.buffers.giveBack(buffer);
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    if (failure === undefined) {
      pending.resolve(answer);
    } else {
      const { code, message, context } = failure;
      pending.reject(new DeliveryError(code, message, { context }));
    }
    this.sendNext();
  }

  private fail(message: string, cause: unknown): void {
    this.crash ??= new DeliveryError('INVARIANT_BROKEN', message, { cause });
    for (const { reject } of this.pending.values()) reject(this.crash);
    this.pending.clear();
    this.sendNext();
  }
}

/** Where this module itself runs from its source, the thread still runs what was compiled. */
function threadFile(): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/' : './';
  return new URL(`${folder}lane-encoder.thread.js`, import.meta.url);
}

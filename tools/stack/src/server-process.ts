import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, signalProcess } from './process-table.js';
import { endStaleServer, readServerRecord } from './server-record.js';

export interface ServerProcessOptions {
  readonly name: string;
  /** Folder for pid and log file. */
  readonly runDir: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stopSignal?: NodeJS.Signals;
  readonly killAfterMs?: number;
  /** Resolves true when the server answers. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs?: number;
}

const PID_LOOK_MS = 10;
const LOG_BYTES_MAX = 32 * 1024 * 1024;
const GUARD = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'guard.js');

/** A server that ends with its parent, however the parent ends. */
export class ServerProcess {
  private guard: ChildProcess | null = null;
  private isWanted = false;
  /** Called when the server ends though nobody asked it to. */
  onUnexpectedEnd: (() => void) | undefined;
  private readonly pidFile: string;
  readonly logFile: string;

  constructor(private readonly options: ServerProcessOptions) {
    mkdirSync(options.runDir, { recursive: true });
    this.pidFile = join(options.runDir, `${options.name}.pid`);
    this.logFile = join(options.runDir, `${options.name}.log`);
  }

  get name(): string {
    return this.options.name;
  }

  /** Pid of the server itself; undefined while it does not run. */
  get pid(): number | undefined {
    return this.isRunning ? readServerRecord(this.pidFile)?.pid : undefined;
  }

  get isRunning(): boolean {
    return this.guard !== null && this.guard.exitCode === null && this.guard.signalCode === null;
  }

  async start(): Promise<void> {
    if (this.isRunning) return;
    await endStaleServer(this.pidFile);
    rotate(this.logFile);
    const { command, cwd, env, stopSignal = 'SIGTERM', killAfterMs = 15_000 } = this.options;
    const log = openSync(this.logFile, 'a', 0o600);
    const guard = spawn(
      process.execPath,
      [GUARD, this.pidFile, stopSignal, String(killAfterMs), ...command],
      // A group of its own: Ctrl-C on the terminal reaches the parent, which stops servers in order.
      { stdio: ['pipe', log, log], detached: true, ...(cwd && { cwd }), ...(env && { env }) },
    );
    closeSync(log);
    guard.stdin?.on('error', () => undefined);
    guard.once('exit', () => {
      if (this.isWanted && this.guard === guard) this.onUnexpectedEnd?.();
    });
    guard.unref();
    this.guard = guard;
    this.isWanted = true;
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    const { isReady, readyWithinMs = 60_000, name } = this.options;
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline) {
      if (!this.isRunning) throw new Error(`${name} ended at its start:\n${this.logTail()}`);
      if (this.pid !== undefined && (await isReady().catch(() => false))) return;
      await sleep(100);
    }
    throw new Error(`${name} is not ready after ${readyWithinMs} ms:\n${this.logTail()}`);
  }

  /** Stops the server cleanly. */
  async stop(): Promise<void> {
    await this.end((guard) => guard.stdin?.end());
  }

  private async end(ask: (guard: ChildProcess) => void): Promise<void> {
    this.isWanted = false;
    const { guard } = this;
    if (guard === null || !this.isRunning) return;
    guard.ref();
    const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
    ask(guard);
    await exited;
    this.guard = null;
  }

  /** SIGKILL: what a crash of the process looks like. */
  async kill(): Promise<void> {
    const pid = await this.knownPid();
    if (pid !== undefined) await this.end(() => signalProcess(pid, 'SIGKILL'));
  }

  /** SIGKILL of the server and of every process it has started, at one moment: nothing in memory survives. */
  async killAll(): Promise<void> {
    const pid = await this.knownPid();
    if (pid === undefined) return;
    await this.end(() => {
      // The server first: it would hear of its children's end and react.
      for (const each of [pid, ...childrenOf(pid)]) signalProcess(each, 'SIGKILL');
    });
  }

  /** A server that has only just been started has a pid as soon as its guard has told it. */
  private async knownPid(): Promise<number | undefined> {
    while (this.isRunning && this.pid === undefined) await sleep(PID_LOOK_MS);
    return this.pid;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) signalProcess(this.pid, signal);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  logTail(lines = 15): string {
    if (!existsSync(this.logFile)) return '(no log)';
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}

/** Keeps one predecessor of a log that has grown large. */
function rotate(logFile: string): void {
  if (!existsSync(logFile) || statSync(logFile).size <= LOG_BYTES_MAX) return;
  renameSync(logFile, `${logFile}.1`);
}

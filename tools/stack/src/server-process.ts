import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

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

const GUARD = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'guard.js');

/** A server that ends with its parent, however the parent ends. */
export class ServerProcess {
  private guard: ChildProcess | null = null;
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
    return readPids(this.pidFile)?.[0];
  }

  get isRunning(): boolean {
    return this.guard !== null && this.guard.exitCode === null;
  }

  async start(): Promise<void> {
    await this.stopStale();
    const { command, cwd, env, stopSignal = 'SIGTERM', killAfterMs = 15_000 } = this.options;
    const log = openSync(this.logFile, 'a');
    this.guard = spawn(
      process.execPath,
      [GUARD, this.pidFile, stopSignal, String(killAfterMs), ...command],
      // A group of its own: Ctrl-C on the terminal reaches the parent, which stops servers in order.
      { stdio: ['pipe', log, log], detached: true, ...(cwd && { cwd }), ...(env && { env }) },
    );
    closeSync(log);
    this.guard.stdin?.on('error', () => undefined);
    this.guard.unref();
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
    const { guard } = this;
    if (guard === null || guard.exitCode !== null) return;
    guard.ref();
    const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
    guard.stdin?.end();
    await exited;
    this.guard = null;
  }

  /** SIGKILL: what a crash of the process looks like. */
  async kill(): Promise<void> {
    const { guard, pid } = this;
    if (guard === null || pid === undefined) return;
    guard.ref();
    const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
    process.kill(pid, 'SIGKILL');
    await exited;
    this.guard = null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) process.kill(this.pid, signal);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  logTail(lines = 15): string {
    if (!existsSync(this.logFile)) return '(no log)';
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** A server of the same folder that outlived a crash of everything. */
  private async stopStale(): Promise<void> {
    const pids = readPids(this.pidFile);
    if (pids === null) return;
    const [server, guard] = pids;
    if (!commandLineOf(guard).includes('guard.js')) return;
    if (isAlive(server)) process.kill(server, this.options.stopSignal ?? 'SIGTERM');
    for (let waited = 0; isAlive(guard) && waited < 15_000; waited += 100) await sleep(100);
    if (isAlive(server)) process.kill(server, 'SIGKILL');
  }
}

function readPids(file: string): [server: number, guard: number] | null {
  try {
    const [server, guard] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    return server && guard ? [server, guard] : null;
  } catch {
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Empty where it can't be told. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

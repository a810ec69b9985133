import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT, NODE } from './checkout.js';
import { guardLine, type GuardOrder, type GuardedProcess } from './guard-line.js';

const GUARD_PROGRAM = join(CHECKOUT, 'tools', 'stack', 'dist', 'guard.process.js');

/** Ends everything that it watches when this process ends, even by SIGKILL. */
export class Guard {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn(NODE, [GUARD_PROGRAM], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.child.unref();
    // A guard that is gone guards nothing; what it watched is found by its pid files at the next start.
    this.child.stdin?.on('error', () => undefined);
  }

  watch(process: GuardedProcess): void {
    this.send({ action: 'watch', process });
  }

  forget(pid: number): void {
    this.send({ action: 'forget', pid });
  }

  /** To be called when all that was watched has ended. */
  close(): void {
    this.child.stdin?.end();
  }

  private send(order: GuardOrder): void {
    this.child.stdin?.write(guardLine(order));
  }
}

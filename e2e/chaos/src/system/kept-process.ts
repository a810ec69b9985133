import type { ServerProcess } from '@lakeferry/stack';
import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 500;

/**
 * A service process as an installation keeps it: one that ends by itself is started again. A fault takes
 * it down, and it stays down until the fault brings it back.
 */
export class KeptProcess {
  /** How often it ended though nobody asked it to. */
  ends = 0;
  private isHeldDown = false;
  private isOver = false;
  private starting: Promise<void> = Promise.resolve();

  constructor(readonly server: ServerProcess) {
    server.onUnexpectedEnd = () => {
      this.ends += 1;
      if (!this.isHeldDown) this.begin();
    };
  }

  get isUp(): boolean {
    return this.server.isRunning;
  }

  /** SIGKILL; it stays down until `revive`. */
  async strikeDown(): Promise<void> {
    this.isHeldDown = true;
    await this.server.kill();
  }

  /** SIGTERM and what follows by itself; it stays down until `revive`. */
  async shutDown(): Promise<void> {
    this.isHeldDown = true;
    await this.server.stop();
  }

  /** Begins a start and does not wait until the process is ready: what it needs may be down too. */
  revive(): void {
    this.isHeldDown = false;
    this.begin();
  }

  /** Resolves when the start that is under way has ended one way or the other. */
  async settled(): Promise<void> {
    await this.starting;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    this.isHeldDown = true;
    // A frozen process would not hear the request to end.
    this.server.signal('SIGCONT');
    await this.server.stop();
  }

  private begin(): void {
    this.starting = this.starting.then(() => this.startUntilRunning());
  }

  private async startUntilRunning(): Promise<void> {
    while (!this.isOver && !this.isHeldDown && !this.server.isRunning) {
      try {
        await this.server.start();
      } catch {
        // It ended at its start, or it runs and is not ready yet: the first is tried again.
        if (!this.server.isRunning) await sleep(AGAIN_MS);
      }
    }
  }
}

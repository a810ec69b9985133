import type { ServerProcess } from './server-process.js';

const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 30_000;
/** One that ran this long is not in a loop of crashes. */
const STEADY_MS = 60_000;

/** Starts servers and services again that end by themselves, with growing delays. */
export class Supervisor {
  private isOver = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly say: (line: string) => void,
    private readonly onRestarted: () => void,
  ) {}

  watch(server: ServerProcess): void {
    let delayMs = DELAY_MS_MIN;
    let startedMs = performance.now();
    let isRestarting = false;
    const again = (): void => {
      if (this.isOver) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void restart();
      }, delayMs);
      this.timers.add(timer);
    };
    const restart = async (): Promise<void> => {
      if (this.isOver) return;
      startedMs = performance.now();
      try {
        await server.start();
        isRestarting = false;
        this.say(`${server.name} runs again`);
        this.onRestarted();
      } catch {
        // It may run and never have become ready: the next attempt starts from nothing.
        await server.kill();
        delayMs = Math.min(delayMs * 2, DELAY_MS_MAX);
        again();
      }
    };
    server.onUnexpectedEnd = () => {
      if (isRestarting || this.isOver) return;
      isRestarting = true;
      if (performance.now() - startedMs > STEADY_MS) delayMs = DELAY_MS_MIN;
      this.say(`${server.name} ended unexpectedly (${server.logFile}); starting it again`);
      again();
    };
  }

  /** To be called before the servers are stopped. */
  stop(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

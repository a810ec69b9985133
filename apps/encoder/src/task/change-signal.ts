/** Wakes those who wait for something to become so. */
export class ChangeSignal {
  private readonly waiting = new Set<() => void>();

  /** Something changed: everyone who waits looks again. */
  notify(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** What `read` says as soon as it says something; `undefined` when the signal aborts first. */
  async until<T>(read: () => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const found = read();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }
}

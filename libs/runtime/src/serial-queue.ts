/**
 * Runs jobs one after the other in the order they were added. A failed job rejects its own promise
 * and does not stop the ones behind it.
 */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Jobs added and not yet finished. */
  get size(): number {
    return this.waiting;
  }

  run<T>(job: () => Promise<T> | T): Promise<T> {
    this.waiting += 1;
    const result = this.tail.then(job).finally(() => {
      this.waiting -= 1;
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything added so far has finished. */
  async idle(): Promise<void> {
    await this.tail;
  }
}

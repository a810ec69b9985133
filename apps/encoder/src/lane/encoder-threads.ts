import type { DeliveryError } from '@lakeferry/errors';
import { EncoderThread } from '@lakeferry/parquet';
import { must } from '@lakeferry/runtime';

/** The worker threads of the process; a lane stays with the thread that it was given. */
export class EncoderThreads {
  private readonly lanes: number[];

  private constructor(private readonly threads: readonly EncoderThread[]) {
    this.lanes = threads.map(() => 0);
  }

  /** @param onCrash a thread ended by itself; all that it held is lost. */
  static async start(
    count: number,
    onCrash: (error: DeliveryError) => void,
  ): Promise<EncoderThreads> {
    const names = Array.from({ length: count }, (_, index) => `encoder-${index}`);
    const threads = await Promise.all(names.map((name) => EncoderThread.start({ name })));
    for (const thread of threads) {
      void thread.exited.then((error) => {
        if (error !== null) onCrash(error);
      });
    }
    return new EncoderThreads(threads);
  }

  /** The thread with the fewest lanes, until the lease is given back. */
  lease(): { readonly thread: EncoderThread; readonly giveBack: () => void } {
    const index = this.lanes.indexOf(Math.min(...this.lanes));
    const thread = must(this.threads[index], 'there is a thread');
    this.count(index, 1);
    return { thread, giveBack: () => this.count(index, -1) };
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private count(index: number, by: number): void {
    this.lanes[index] = (this.lanes[index] ?? 0) + by;
  }
}

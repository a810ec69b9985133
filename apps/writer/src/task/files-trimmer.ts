import type { KafkaConnection } from '@lakeferry/kafka';
import type { Logger } from '@lakeferry/observability';
import type { Clock } from '@lakeferry/runtime';
import { decideTrim } from './trim-decision.js';

interface FilesTrimmerOptions {
  readonly kafka: Pick<KafkaConnection, 'topics'>;
  readonly topic: string;
  readonly clock: Clock;
  /** The time by the clock that stamped the files; undefined while it is not known. */
  readonly brokerNow: () => number | undefined;
  readonly logger: Logger;
  /** How long files stay that are in the bucket; 0: not at all. */
  readonly retentionMs: number;
  readonly trimIntervalMs: number;
  /** Offset behind what is visible, of each lane that this process owns and that is sure of its bucket. */
  readonly freeable: () => ReadonlyMap<number, bigint>;
}

/** Frees the files of a task in Kafka, now and then. What can't be freed now is freed later. */
export class FilesTrimmer {
  readonly #options: FilesTrimmerOptions;
  readonly #ending = new AbortController();
  readonly #freed = new Map<number, bigint>();
  #running: Promise<void> | undefined;

  constructor(options: FilesTrimmerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, logger, topic, trimIntervalMs } = this.#options;
    const { signal } = this.#ending;
    for (;;) {
      await clock.sleep(trimIntervalMs, signal);
      if (signal.aborted) return;
      await this.#trim().catch((err: unknown) => logger.warn('files not freed', { topic, err }));
    }
  }

  async #trim(): Promise<void> {
    const { kafka, topic, clock, brokerNow, retentionMs, freeable } = this.#options;
    const saved = freeable();
    if (saved.size === 0) return;
    const young =
      retentionMs === 0
        ? undefined
        : await kafka.topics.offsetsAt(topic, (brokerNow() ?? clock.now()) - retentionMs);
    const before = decideTrim(saved, young, this.#freed);
    await kafka.topics.deleteRecords(topic, before);
    for (const [lane, offset] of before) this.#freed.set(lane, offset);
  }
}

import type { TaskTopics } from '@lakeferry/contracts';
import type { InputPosition, KafkaConnection } from '@lakeferry/kafka';

/**
 * Deletes input records that are in files: those before the committed checkpoints, and the base as a
 * whole once the lane reads changes.
 */
export class RecordFreer {
  private readonly freedRows = new Map<number, bigint>();
  private readonly freedBase = new Map<number, bigint>();

  constructor(
    private readonly kafka: KafkaConnection,
    private readonly topics: TaskTopics,
  ) {}

  /** @param committed input positions by lane, as committed */
  async free(committed: ReadonlyMap<number, InputPosition>): Promise<void> {
    const { base, rows } = this.topics;
    const atBase = [...committed].filter(([, { topic }]) => topic === base);
    const atRows = [...committed].filter(([, { topic }]) => topic === rows);
    await this.freeTopic(base, this.freedBase, atBase);
    await this.freeTopic(rows, this.freedRows, atRows);
    const left = atRows.filter(([lane]) => this.freedBase.get(lane) !== WHOLE);
    if (left.length === 0) return;
    const held = await this.kafka.topics.watermarks(base);
    await this.kafka.topics.deleteRecords(
      base,
      new Map(left.map(([lane]) => [lane, held.get(lane)?.high ?? 0n])),
    );
    for (const [lane] of left) this.freedBase.set(lane, WHOLE);
  }

  private async freeTopic(
    topic: string,
    freed: Map<number, bigint>,
    committed: readonly (readonly [number, InputPosition])[],
  ): Promise<void> {
    const moved = committed.filter(([lane, { offset }]) => offset > (freed.get(lane) ?? 0n));
    if (moved.length === 0) return;
    const before = new Map(moved.map(([lane, { offset }]) => [lane, offset]));
    await this.kafka.topics.deleteRecords(topic, before);
    for (const [lane, offset] of before) freed.set(lane, offset);
  }
}

/** The base of a lane is freed to its end. */
const WHOLE = -1n;

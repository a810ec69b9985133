/** One fetched batch, as offsets: asked for `fetch`, holds records from `first` to `last`. */
export interface FetchedRange {
  readonly fetch: bigint;
  /** First record held, markers and aborted records included. */
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * The position of one partition without compaction, and the guard that nothing was skipped.
 *
 * kafkajs answers OFFSET_OUT_OF_RANGE by moving to the start of the log, silently. In a log that is
 * not compacted offsets are gapless, so such a move shows: the next fetch asks for another offset
 * than the one that is expected. Ranges without visible records (markers, aborted transactions) never
 * come as batches; they are told by `skipped` and move the expectation, whenever they were fetched:
 * that a range holds nothing visible never changes.
 */
export class FetchPosition {
  #expected: bigint;
  /** The offset that was sought, until the first batch behind it was accepted. */
  #sought: bigint | undefined;

  constructor(start: bigint) {
    this.#expected = start;
    this.#sought = start;
  }

  /** Where to go on reading. */
  get expected(): bigint {
    return this.#expected;
  }

  /** The consumer is about to be sent to `expected` again. */
  resumed(): void {
    this.#sought = this.#expected;
  }

  skipped(first: bigint, last: bigint): void {
    if (first === this.#expected) this.#expected = last + 1n;
  }

  /** Whether the batch continues what was read. If so the position moves behind it. */
  accept(range: FetchedRange): boolean {
    const continues = range.fetch === this.#expected || range.fetch === this.#sought;
    if (!continues || range.first !== range.fetch) return false;
    this.#sought = undefined;
    this.#expected = range.last + 1n;
    return true;
  }
}

/** Offsets behind the wanted records that are read at first: every transaction ends with a marker. */
const OFFSETS_PER_RECORD = 2n;
const SPARE_OFFSETS = 16n;
const WIDENING = 4n;

export interface TailBounds {
  /** First offset that the partition holds. */
  readonly low: bigint;
  /** End of what is readable as committed. */
  readonly high: bigint;
  /** Records that are wanted. */
  readonly recordsMax: number;
  /** Offsets from the end beyond which nothing is looked for. */
  readonly offsetsMax: bigint;
}

/**
 * The last records of one partition, found by reading a window at its end. Markers and aborted records
 * take offsets too: a window that holds too few records is read again, wider, as far as the bounds go.
 */
export class TailWindow<R extends { readonly offset: bigint }> {
  /** Offset to read from. */
  position: bigint;
  private start: bigint;
  private span: bigint;
  private kept: R[] = [];

  constructor(private readonly bounds: TailBounds) {
    this.span = BigInt(bounds.recordsMax) * OFFSETS_PER_RECORD + SPARE_OFFSETS;
    this.start = this.startOf(this.span);
    this.position = this.start;
  }

  /** The newest records that were found, oldest first. */
  get records(): readonly R[] {
    return this.kept;
  }

  /** Takes what a fetch brought, and that everything below `next` was seen. */
  take(records: readonly R[], next: bigint): void {
    const { high, recordsMax } = this.bounds;
    for (const record of records) {
      if (record.offset < this.position || record.offset >= high) continue;
      this.kept.push(record);
      this.position = record.offset + 1n;
    }
    if (this.kept.length > recordsMax) this.kept = this.kept.slice(-recordsMax);
    if (next > this.position) this.position = next;
  }

  /** What is to be done now: read on, start anew at `position` with a wider window, or nothing. */
  decide(): 'read' | 'widen' | 'done' {
    const { low, high, recordsMax, offsetsMax } = this.bounds;
    if (this.position < high) return 'read';
    const isWhole = this.start <= low || this.span >= offsetsMax;
    if (isWhole || this.kept.length >= recordsMax) return 'done';
    this.span = this.span * WIDENING;
    this.start = this.startOf(this.span);
    this.position = this.start;
    this.kept = [];
    return 'widen';
  }

  private startOf(span: bigint): bigint {
    const { low, high, offsetsMax } = this.bounds;
    const start = high - (span < offsetsMax ? span : offsetsMax);
    return start > low ? start : low;
  }
}

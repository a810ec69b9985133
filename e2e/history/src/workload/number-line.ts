/** Whole numbers handed out once each, shared by the connections of a workload. */
export class NumberLine {
  constructor(private last: bigint) {}

  /** The highest number handed out so far, or the one the line began behind. */
  get highest(): bigint {
    return this.last;
  }

  next(): bigint {
    this.last += 1n;
    return this.last;
  }

  /** The first of `count` numbers in a row. */
  take(count: number): bigint {
    const first = this.last + 1n;
    this.last += BigInt(count);
    return first;
  }
}

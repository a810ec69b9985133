import type { ChangeIdentity } from '@lakeferry/contracts';

/** What to do with a change, told by its identity alone. */
export type ChangeVerdict = 'publish' | 'skip' | 'violation';

/**
 * Decides whether a change is new (rule 8): duplicates are skipped only up to the position read at
 * recovery; behind it every change must lie above its predecessor.
 *
 * Positions are pairs of 32-bit numbers: a comparison costs no allocation on the hot path.
 */
export class ChangeOrder {
  private commitLsn: bigint;
  private high: number;
  private low: number;
  private index: number;
  private recovering: boolean;

  /** @param published the last change published before recovery, null when there is none */
  constructor(published: ChangeIdentity | null) {
    this.commitLsn = published?.commitLsn ?? -1n;
    this.high = published === null ? 0 : Number(published.changeLsn >> 32n);
    this.low = published === null ? 0 : Number(published.changeLsn & 0xffffffffn);
    this.index = published?.index ?? -1;
    this.recovering = published !== null;
  }

  /** A transaction begins; transactions arrive in the order of their commit LSN. */
  begin(commitLsn: bigint): ChangeVerdict {
    if (commitLsn > this.commitLsn) {
      this.recovering = false;
      this.commitLsn = commitLsn;
      this.high = 0;
      this.low = 0;
      this.index = -1;
      return 'publish';
    }
    if (!this.recovering) return 'violation';
    return commitLsn === this.commitLsn ? 'publish' : 'skip';
  }

  /** A change of the transaction that began last. */
  change(high: number, low: number, index: number): ChangeVerdict {
    const above =
      high !== this.high
        ? high > this.high
        : low !== this.low
          ? low > this.low
          : index > this.index;
    if (!above) return this.recovering ? 'skip' : 'violation';
    this.recovering = false;
    this.high = high;
    this.low = low;
    this.index = index;
    return 'publish';
  }

  /** The last change that was let through (or was published before recovery). */
  last(): ChangeIdentity | null {
    if (this.commitLsn < 0n || this.index < 0) return null;
    return {
      commitLsn: this.commitLsn,
      changeLsn: (BigInt(this.high) << 32n) | BigInt(this.low),
      index: this.index,
    };
  }
}

import { formatLsn, type IdentityJson } from '@lakeferry/contracts';

/**
 * A mutable identity, so that the row path allocates none: either of a change (commit LSN, LSN of
 * the change in two 32-bit halves, index) or of a scanned row (block, tuple).
 */
export class IdentityRegister {
  private commitLsn = 0n;
  private high = 0;
  private low = 0;
  private index = 0;
  private scanned = false;

  transaction(commitLsn: bigint): void {
    this.commitLsn = commitLsn;
    this.scanned = false;
  }

  change(high: number, low: number, index: number): void {
    this.high = high;
    this.low = low;
    this.index = index;
  }

  page(block: number, tuple: number): void {
    this.high = block;
    this.low = tuple;
    this.scanned = true;
  }

  copyFrom(other: IdentityRegister): void {
    this.commitLsn = other.commitLsn;
    this.high = other.high;
    this.low = other.low;
    this.index = other.index;
    this.scanned = other.scanned;
  }

  toJson(): IdentityJson {
    if (this.scanned) return [this.high, this.low];
    const changeLsn = (BigInt(this.high) << 32n) | BigInt(this.low);
    return [formatLsn(this.commitLsn), formatLsn(changeLsn), this.index];
  }
}

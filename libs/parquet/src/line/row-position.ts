import { type IdentityJson, type LanePhase, parseLsn, formatLsn } from '@lakeferry/contracts';

const TWO_32 = 4294967296;

/**
 * Identity of a mutation as five numbers that compare in order: commit LSN (high, low), change LSN
 * (high, low), index; for a row of the base scan block and tuple are the last two. Mutable, so that
 * the scanner makes no object per row.
 */
export class RowPosition {
  commitHigh = 0;
  commitLow = 0;
  high = 0;
  low = 0;
  index = 0;

  copyFrom(other: RowPosition): void {
    this.commitHigh = other.commitHigh;
    this.commitLow = other.commitLow;
    this.high = other.high;
    this.low = other.low;
    this.index = other.index;
  }

  clone(): RowPosition {
    const copy = new RowPosition();
    copy.copyFrom(this);
    return copy;
  }

  /** Negative, zero or positive as this lies before, at or behind the other. */
  compare(other: RowPosition): number {
    return (
      this.commitHigh - other.commitHigh ||
      this.commitLow - other.commitLow ||
      this.high - other.high ||
      this.low - other.low ||
      this.index - other.index
    );
  }

  toJson(phase: LanePhase): IdentityJson {
    if (phase === 'base') return [this.low, this.index];
    return [lsnOf(this.commitHigh, this.commitLow), lsnOf(this.high, this.low), this.index];
  }

  static fromJson(json: IdentityJson): RowPosition {
    const position = new RowPosition();
    if (json.length === 2) {
      position.low = json[0];
      position.index = json[1];
      return position;
    }
    [position.commitHigh, position.commitLow] = lsnHalves(json[0]);
    [position.high, position.low] = lsnHalves(json[1]);
    position.index = json[2];
    return position;
  }
}

/** High and low 32 bits of an LSN's text. */
export function lsnHalves(text: string): [high: number, low: number] {
  const lsn = parseLsn(text);
  return [Number(lsn >> 32n), Number(lsn & 0xffffffffn)];
}

/** Negative, zero or positive as the commit of `position` lies below, at or above `lsn`. */
export function compareCommit(position: RowPosition, lsn: readonly [number, number]): number {
  return position.commitHigh - lsn[0] || position.commitLow - lsn[1];
}

function lsnOf(high: number, low: number): string {
  return formatLsn(BigInt(high) * BigInt(TWO_32) + BigInt(low));
}

import type { IdentityJson, LanePhase } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { compareCommit, RowPosition } from '../line/row-position.js';
import type { LaneRecovery } from './lane-spec.js';

/** What becomes of a mutation, as far as its identity decides it. */
export type Admission = 'take' | 'duplicate' | 'outside';

/**
 * Decides by identity alone what a lane takes. Duplicates are skipped only up to the position that was
 * read at recovery; behind it every mutation must lie above its predecessor.
 */
export class LaneOrder {
  readonly phase: LanePhase;
  private readonly before: RowPosition | null;
  private readonly sealed: ReadonlyMap<string, RowPosition>;
  private readonly commitMin: readonly [number, number] | null;
  private readonly commitMax: readonly [number, number] | null;
  private readonly previous = new RowPosition();
  private started = false;

  constructor(recovery: LaneRecovery) {
    this.phase = recovery.phase;
    this.before = recovery.before && positionIn(recovery.phase, recovery.before);
    this.sealed = new Map(
      recovery.sealed.map(([prefix, through]) => [prefix, positionIn(recovery.phase, through)]),
    );
    const changes = recovery.phase === 'rows';
    this.commitMin = changes ? halves(recovery.commitLsnMin) : null;
    this.commitMax = changes ? halves(recovery.commitLsnMax) : null;
  }

  /** @throws DeliveryError ORDER_VIOLATION when the mutation is not above its predecessor. */
  admit(position: RowPosition): Admission {
    if (this.started) {
      if (position.compare(this.previous) <= 0) throw this.violation(position);
    } else if (this.before !== null && position.compare(this.before) <= 0) return 'duplicate';
    this.previous.copyFrom(position);
    this.started = true;
    if (this.commitMin !== null && compareCommit(position, this.commitMin) < 0) return 'outside';
    if (this.commitMax !== null && compareCommit(position, this.commitMax) > 0) return 'outside';
    return 'take';
  }

  /** Whether a row of the prefix is in a file already. */
  isSealed(prefix: string, position: RowPosition): boolean {
    if (this.sealed.size === 0) return false;
    const through = this.sealed.get(prefix);
    return through !== undefined && position.compare(through) <= 0;
  }

  /** The last mutation read, of this run or before it. */
  last(): RowPosition | null {
    return this.started ? this.previous : this.before;
  }

  private violation(position: RowPosition): DeliveryError {
    return new DeliveryError('ORDER_VIOLATION', 'a mutation is not above its predecessor', {
      context: {
        mutation: JSON.stringify(position.toJson(this.phase)),
        predecessor: JSON.stringify(this.previous.toJson(this.phase)),
      },
    });
  }
}

function positionIn(phase: LanePhase, identity: IdentityJson): RowPosition {
  if ((identity.length === 2) !== (phase === 'base')) {
    throw new DeliveryError('CONTRACT_VIOLATION', 'an identity is not of the phase of its lane', {
      context: { phase },
    });
  }
  return RowPosition.fromJson(identity);
}

function halves(lsn: bigint | undefined): readonly [number, number] | null {
  return lsn === undefined ? null : [Number(lsn >> 32n), Number(lsn & 0xffffffffn)];
}

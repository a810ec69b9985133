import type { SeededRandom } from '@lakeferry/history';
import type { SystemShape } from '../system/system-shape.js';
import type { PlannedFault, PlannedLoad, PlannedTask, RoundEnding } from './round-plan.js';

/** A family of rounds that break the same part of the system. */
export interface Scenario {
  readonly name: string;
  /** What it breaks and which promise it attacks, in one sentence. */
  readonly about: string;
  /** Rounds of one shape run one after the other on the same servers. */
  readonly shape: SystemShape['name'];
  /** How many of the rounds are of it, against the others. */
  readonly weight: number;
  /** Chooses everything of a round. Pure but for `random`. */
  readonly compose: (random: SeededRandom) => {
    readonly tasks: readonly PlannedTask[];
    readonly load: PlannedLoad;
    readonly faults: readonly PlannedFault[];
    /** Delivery of everything, unless it says otherwise. */
    readonly ending?: RoundEnding;
    /** No service may end by itself. */
    readonly staysUp?: true;
  };
  /** Why its rounds can't be run on this machine; null when they can. */
  readonly whyNot?: () => string | null;
  /** The system is of no use behind such a round. */
  readonly endsSystem?: true;
}

import type { FaultAccount } from '../round/recovery.js';
import type { HistoryReport } from '@lakeferry/history';

/** A line of the file of results. */
export interface RoundResult {
  readonly seed: number;
  readonly scenario: string;
  readonly verdict: 'held' | 'failed';
  readonly faults: readonly {
    readonly fault: string;
    /** Seconds from the beginning of the load. */
    readonly at: number;
    /**
     * Seconds from the end of the fault until all that was committed by then was delivered; null where
     * another fault outlasted it.
     */
    readonly recovery: number | null;
    /** It did not take place: nothing came to where it would have struck. */
    readonly missed?: true;
  }[];
  readonly tasks: number;
  readonly transactions: number;
  readonly versions: number;
  readonly objects: number;
  readonly lost: number;
  readonly doubled: number;
  readonly torn: number;
  readonly misplaced: number;
  /** Offences of all other kinds. */
  readonly other: number;
  /** Service processes that ended though no fault ended them. */
  readonly unexpectedEnds: number;
  readonly seconds: number;
  /** What a reader should know beside the numbers. */
  readonly notes: readonly string[];
}

/** A round as it went, with what a person needs to find out why it failed. */
export interface RoundOutcome {
  readonly result: RoundResult;
  readonly reports: ReadonlyMap<string, HistoryReport>;
  readonly accounts: readonly FaultAccount[];
  /** Why it failed, a sentence each; empty when it held. */
  readonly failures: readonly string[];
  readonly notes: readonly string[];
}

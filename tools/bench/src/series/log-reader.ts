import type { Contestant } from './measured.js';

/** One that reads the same log as the others: it holds a place in it, and later reads on from there. */
export interface LogReader extends Contestant {
  /** Before the rows of a round are written. */
  hold(round: number): Promise<void>;
  /** When they are written. */
  written(): Promise<void>;
  /** When all have read them. */
  release(): Promise<void>;
}

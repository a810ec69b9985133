import type { BenchSystem } from '../bench-system.js';
import type { BenchResult } from '../report/bench-result.js';

/** What an experiment found out; who ran it adds where and when. */
export type Findings = Pick<BenchResult, 'settings' | 'series' | 'ratios' | 'tables' | 'charts'>;

export interface ExperimentContext {
  /** Servers and services, running, with nothing in them. */
  readonly system: BenchSystem;
  /** Rounds that count, behind a warm-up. */
  readonly rounds: number;
  /** Share of the full work: 1 for figures that count, less to try the experiment itself. */
  readonly scale: number;
  readonly say: (line: string) => void;
}

/** One question about speed, and how it is answered. */
export interface Experiment {
  readonly name: BenchResult['experiment'];
  readonly title: string;
  /** In a line, for the help. */
  readonly about: string;
  run(context: ExperimentContext): Promise<Findings>;
}

const ROWS_LEAST = 1_000;

/** A number of rows at the scale of a run. Pure. */
export function scaled(rows: number, scale: number): number {
  return Math.max(ROWS_LEAST, Math.round(rows * scale));
}

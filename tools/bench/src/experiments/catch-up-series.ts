import type { BenchSystem } from '../bench-system.js';
import { makeTable } from '../load/bulk-writer.js';
import type { Series } from '../series/measured.js';
import { runSeries } from '../series/run-series.js';
import type { LogReader } from '../series/log-reader.js';
import { writeRound, type CatchUpOptions } from './catch-up.js';

export interface CatchUpSeriesOptions extends CatchUpOptions {
  readonly readers: readonly LogReader[];
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** In each round rows are written once, while nobody reads, and then read by one after the other. */
export async function runCatchUps(
  system: BenchSystem,
  options: CatchUpSeriesOptions,
): Promise<Series[]> {
  const { readers, rounds, say } = options;
  await makeTable(system.sql, options.table, 0);
  return runSeries({
    ...{ contestants: readers, rounds, say },
    beforeRound: async (round) => {
      for (const reader of readers) await reader.hold(round);
      await writeRound(system, round, options);
      for (const reader of readers) await reader.written();
    },
    afterRound: async () => {
      for (const reader of readers) await reader.release();
    },
  });
}

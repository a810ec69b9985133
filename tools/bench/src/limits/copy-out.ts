import type { BenchSystem } from '../bench-system.js';
import type { Contestant } from '../series/measured.js';
import { runPostgresTool } from './postgres-tool.js';

/** A plain COPY of the whole table to a client that throws it away: what a base scan can't be faster than. */
export function copyOut(
  system: BenchSystem,
  of: { readonly table: string; readonly rows: number },
): Contestant {
  return {
    name: 'COPY … TO STDOUT',
    run: async () => {
      const meter = system.meter();
      const startedAt = performance.now();
      const copy = `COPY ${of.table} TO STDOUT`;
      await runPostgresTool('psql', ['-X', '-q', '-d', system.url, '-c', copy]);
      const seconds = (performance.now() - startedAt) / 1000;
      return { rows: of.rows, seconds, ...meter.end(), figures: {} };
    },
  };
}

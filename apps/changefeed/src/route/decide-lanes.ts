/** When a task gets more lanes, or fewer. */
export interface LaneLimits {
  /** What one lane is meant to carry. */
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Time over which the rate is taken that opens lanes, and that closes some. */
  readonly growMs: number;
  readonly shrinkMs: number;
}

/** What passed for a task until a moment. */
export interface LaneSample {
  readonly atMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Samples since the lane count changed, oldest first; none that no decision needs any more. */
export type LaneDemand = readonly LaneSample[];

/** A lane is given up only where the others would be loaded no further than this. */
const SHRINK_LOAD = 0.7;

/**
 * How many lanes a task should have. Growing asks for what the rate of the last `growMs` needs, a peak
 * that is shorter counts for its share; shrinking leaves room for the rate of the last `shrinkMs`, so
 * that one at the border does not make lanes come and go. Pure.
 */
export function decideLanes(
  demand: LaneDemand,
  sample: LaneSample,
  of: {
    readonly count: number;
    readonly min: number;
    readonly max: number;
    readonly limits: LaneLimits;
  },
): { readonly count: number; readonly demand: LaneDemand } {
  const { count, min, max, limits } = of;
  const between = (lanes: number) => Math.min(max, Math.max(min, lanes));
  const samples = [...demand, sample];
  const recent = loadOver(samples, limits.growMs, limits);
  const needed = recent === null ? count : between(Math.ceil(recent));
  if (needed > count) return { count: needed, demand: [sample] };
  const lasting = loadOver(samples, limits.shrinkMs, limits);
  const enough = lasting === null ? count : between(Math.ceil(lasting / SHRINK_LOAD));
  if (enough < count) return { count: enough, demand: [sample] };
  const from = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - limits.shrinkMs);
  return { count, demand: samples.slice(Math.max(0, from)) };
}

/** Lanes' worth of load over at least so long until the last sample; null while none is as old. */
function loadOver(samples: LaneDemand, windowMs: number, limits: LaneLimits): number | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const first = samples.findLast(({ atMs }) => atMs <= last.atMs - windowMs);
  if (first === undefined) return null;
  const seconds = (last.atMs - first.atMs) / 1000;
  return Math.max(
    (last.rows - first.rows) / seconds / limits.rowsPerSecond,
    (last.bytes - first.bytes) / seconds / limits.bytesPerSecond,
  );
}

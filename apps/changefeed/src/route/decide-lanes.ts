/** When a task gets more lanes, or fewer. */
export interface LaneLimits {
  /** What one lane is meant to carry. */
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
  /** How long a rate must need more lanes, or fewer, before they change. */
  readonly growMs: number;
  readonly shrinkMs: number;
}

/** What passed for a task until a moment. */
export interface LaneSample {
  readonly atMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What is remembered of a task's rate between two looks. */
export interface LaneDemand {
  readonly last: LaneSample;
  /** Since when every look asked for more lanes than there are; the fewest of what they asked for. */
  readonly more: { readonly sinceMs: number; readonly count: number } | null;
  /** Since when every look was content with fewer; the most of what they asked for. */
  readonly fewer: { readonly sinceMs: number; readonly count: number } | null;
}

/** A lane is given up only where the others would be loaded no further than this. */
const SHRINK_LOAD = 0.7;

export function firstDemand(last: LaneSample): LaneDemand {
  return { last, more: null, fewer: null };
}

/**
 * How many lanes a task should have, from what passed since the last look. Growing asks for a rate
 * that one lane fewer could not carry; shrinking leaves room, so that a rate at the border does not
 * make lanes come and go. Pure.
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
  const { count, limits } = of;
  const seconds = (sample.atMs - demand.last.atMs) / 1000;
  if (seconds <= 0) return { count, demand };
  const load = Math.max(
    (sample.rows - demand.last.rows) / seconds / limits.rowsPerSecond,
    (sample.bytes - demand.last.bytes) / seconds / limits.bytesPerSecond,
  );
  const between = (lanes: number) => Math.min(of.max, Math.max(of.min, lanes));
  const needed = between(Math.ceil(load));
  const enough = between(Math.ceil(load / SHRINK_LOAD));
  const more = needed > count ? held(demand.more, demand.last.atMs, needed, Math.min) : null;
  const fewer = enough < count ? held(demand.fewer, demand.last.atMs, enough, Math.max) : null;
  if (more !== null && sample.atMs - more.sinceMs >= limits.growMs) {
    return { count: more.count, demand: firstDemand(sample) };
  }
  if (fewer !== null && sample.atMs - fewer.sinceMs >= limits.shrinkMs) {
    return { count: fewer.count, demand: firstDemand(sample) };
  }
  return { count, demand: { last: sample, more, fewer } };
}

// eslint-disable-next-line max-params -- the wish so far, and what this look adds to it
function held(
  known: LaneDemand['more'],
  sinceMs: number,
  count: number,
  pick: (a: number, b: number) => number,
): NonNullable<LaneDemand['more']> {
  return known === null
    ? { sinceMs, count }
    : { sinceMs: known.sinceMs, count: pick(known.count, count) };
}

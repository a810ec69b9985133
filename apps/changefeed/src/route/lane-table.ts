import { formatLsn, lanesOpened, parseLsn, type SourceRoute } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';

type LaneTable = SourceRoute['lanes'];

/** The lane count in force for a transaction (rule 6). Pure. */
export function laneCountAt(lanes: LaneTable, commitLsn: bigint): number {
  const inForce = lanes.findLast((entry) => parseLsn(entry.from) <= commitLsn) ?? lanes[0];
  return must(inForce, 'a route has a lane count').count;
}

/** The lane count of transactions that are still to come. Pure. */
export function laneCountNow(lanes: LaneTable): number {
  return must(lanes.at(-1), 'a route has a lane count').count;
}

/** Lanes that may still hold rows: control records go to all of them. Pure. */
export function widestLaneCount({ lanes, openings }: Pick<SourceRoute, 'lanes' | 'openings'>) {
  return lanesOpened(Math.max(...lanes.map(({ count }) => count)), openings);
}

/**
 * The route once transactions with a commit LSN from `from` on are spread over `count` lanes. Pure.
 *
 * @param change.at time of a watermark before `from`
 * @param change.passed transactions that ended at or below it are published: counts that were in
 *   force only for them are forgotten
 */
export function withLaneCount(
  route: SourceRoute,
  change: {
    readonly count: number;
    readonly from: bigint;
    readonly at: string | null;
    readonly passed: bigint;
  },
): SourceRoute {
  const { count, from, at, passed } = change;
  const lsn = formatLsn(from);
  const needed = route.lanes.filter((_, index) => {
    const next = route.lanes[index + 1];
    return next === undefined || parseLsn(next.from) > passed;
  });
  const openings = route.openings ?? [];
  const isWider = count > widestLaneCount(route);
  return {
    ...route,
    lanes: [...needed, { from: lsn, count }],
    openings: isWider ? [...openings, { opened: count, lsn, at }] : openings,
  };
}

import type { ShapeColumn } from '@lakeferry/contracts';

/** A column as the stream describes it. */
export type SeenColumn = Pick<ShapeColumn, 'name' | 'typeOid'>;

/** What the catalog says of a table, at a time behind the point of the stream that is judged. */
export interface CatalogShape {
  /** Columns that the stream carries, by number. */
  readonly live: readonly ShapeColumn[];
  /** Numbers of columns that were dropped. */
  readonly dropped: readonly number[];
}

export interface ShapeFacts {
  /** The table when it was looked at last; empty where that is not known. */
  readonly known: readonly ShapeColumn[];
  readonly seen: readonly SeenColumn[];
  /** Null while it was not looked at since the columns changed. */
  readonly catalog: CatalogShape | null;
  /** Numbers of the columns that must not be taken for others. */
  readonly delivered: readonly number[];
  /** New columns make a difference: none that was known may be taken for one. */
  readonly newMatter: boolean;
}

/**
 * - `same`: what is known is still there, perhaps with new columns behind it;
 * - `unknown`: the catalog has to be looked at;
 * - `changed`: the columns that are seen, with their numbers;
 * - `undecidable`: a column was renamed, or dropped while another came: nobody can tell.
 */
export type ShapeVerdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly shape: readonly ShapeColumn[] }
  | { readonly kind: 'undecidable' };

/** Ways to number the columns that are looked at: a table with more of them was altered beyond telling. */
const WAYS_MAX = 2000;

/**
 * Which column of a table is which, after its columns changed. A relation in the stream names its
 * columns in the order of their numbers, but not the numbers. Those follow from what was known before
 * and from the catalog: a column that lives now lived then, if it was there before; one that was
 * dropped never comes back; a new one has a higher number. Where that leaves several ways, names
 * decide: each column is called as it was called before, or as it is called now; and only where
 * that is not so of any way, one that was dropped may have been called anything. Pure.
 */
export function judgeShape(shape: ShapeFacts): ShapeVerdict {
  const { known, seen, catalog, delivered, newMatter } = shape;
  const isLonger = seen.length > known.length;
  if (isKnown(known, seen) && !(newMatter && isLonger)) return { kind: 'same' };
  if (catalog === null) return { kind: 'unknown' };
  if (known.length === 0 && isWhole(catalog.live, seen))
    return { kind: 'changed', shape: catalog.live };
  const ways = waysToNumber(known, seen, catalog);
  if (ways === null) return { kind: 'undecidable' };
  const matter = new Set(newMatter ? known.map(({ attnum }) => attnum) : delivered);
  const facts = { known, seen, catalog };
  const told = ways.filter((way) => isNamed(way, { ...facts, dropped: 'no name' }));
  const likely =
    told.length > 0 ? told : ways.filter((way) => isNamed(way, { ...facts, dropped: 'any name' }));
  const one = likely[0] ?? ways[0];
  if (one === undefined || !(agree(ways, matter) || agree(likely, matter))) {
    return { kind: 'undecidable' };
  }
  return changed(seen, one);
}

/** The columns that are known, in their order, and behind them at most others of other names. */
function isKnown(known: readonly ShapeColumn[], seen: readonly SeenColumn[]): boolean {
  if (known.length === 0) return false;
  const names = new Set(known.map(({ name }) => name));
  return (
    known.every(({ name, typeOid }, index) => {
      const column = seen[index];
      return column?.name === name && column.typeOid === typeOid;
    }) && seen.slice(known.length).every(({ name }) => !names.has(name))
  );
}

/** The columns that live now, and no others: whatever was dropped before makes no difference. */
function isWhole(live: readonly ShapeColumn[], seen: readonly SeenColumn[]): boolean {
  return live.length === seen.length && isKnown(live, seen);
}

/**
 * All ways to give the columns that are seen ascending numbers: each that was known and lives must be
 * among them, each that was known and is dropped, or came later, may be. Null when there are too many.
 */
function waysToNumber(
  known: readonly ShapeColumn[],
  seen: readonly SeenColumn[],
  { live, dropped }: CatalogShape,
): number[][] | null {
  const before = new Set(known.map(({ attnum }) => attnum));
  const highest = Math.max(0, ...before);
  const required = new Set(live.map(({ attnum }) => attnum).filter((n) => before.has(n)));
  const possible = [
    ...live.map(({ attnum }) => attnum),
    ...dropped.filter((attnum) => before.has(attnum) || attnum > highest),
  ].sort((a, b) => a - b);
  const ways: number[][] = [];
  const extend = (way: number[], from: number): boolean => {
    if (way.length === seen.length) {
      if (possible.slice(from).some((attnum) => required.has(attnum))) return true;
      ways.push(way);
      return ways.length <= WAYS_MAX;
    }
    for (let at = from; at <= possible.length - (seen.length - way.length); at += 1) {
      const attnum = possible[at];
      if (attnum === undefined) break;
      if (!extend([...way, attnum], at + 1)) return false;
      if (required.has(attnum)) break;
    }
    return true;
  };
  return extend([], 0) ? ways : null;
}

/** Whether all ways say the same of the columns that matter. */
function agree(ways: readonly (readonly number[])[], matter: ReadonlySet<number>): boolean {
  const told = ways.map((way) => way.map((attnum) => (matter.has(attnum) ? attnum : 0)).join());
  return new Set(told).size === 1;
}

/** The last name of a column that was dropped since is not known. */
function isNamed(
  way: readonly number[],
  facts: {
    readonly known: readonly ShapeColumn[];
    readonly seen: readonly SeenColumn[];
    readonly catalog: CatalogShape;
    readonly dropped: 'any name' | 'no name';
  },
): boolean {
  const { known, seen, catalog, dropped } = facts;
  return way.every((attnum, index) => {
    if (dropped === 'any name' && catalog.dropped.includes(attnum)) return true;
    const names = [known, catalog.live].map((list) => list.find((c) => c.attnum === attnum)?.name);
    return names.includes(seen[index]?.name);
  });
}

function changed(seen: readonly SeenColumn[], way: readonly number[]): ShapeVerdict {
  const shape = seen.map(({ name, typeOid }, index) => ({
    ...{ name, typeOid, attnum: way[index] ?? 0 },
  }));
  return { kind: 'changed', shape };
}

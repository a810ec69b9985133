import { parsePrefix } from '@lakeferry/contracts';

/** A partition column that stands in the prefix as `name=…`. */
export interface PartitionColumn {
  readonly name: string;
  /** `int` for a single variable, `string` for everything else. */
  readonly type: 'int' | 'string';
}

/** How the objects of a prefix lie, as engines see it. */
export interface PartitionLayout {
  /** Folders in front of the first variable; empty when the first folder has one. */
  readonly location: string;
  readonly columns: readonly PartitionColumn[];
  /** Every folder behind the location is of the form `name=value`: engines find partitions by themselves. */
  readonly isDiscoverable: boolean;
}

/** Pure. The prefix must be a valid one. */
export function partitionLayout(ossPrefix: string): PartitionLayout {
  const segments = ossPrefix.split('/');
  const first = segments.findIndex((segment) => segment.includes('$'));
  if (first === -1) return { location: ossPrefix, columns: [], isDiscoverable: false };
  const folders = segments.slice(first).map(toColumn);
  const columns = folders.filter((column) => column !== null);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return {
    location: segments.slice(0, first).join('/'),
    columns,
    isDiscoverable: columns.length === folders.length && names.size === columns.length,
  };
}

function toColumn(segment: string): PartitionColumn | null {
  const at = segment.indexOf('=');
  if (at < 1 || at === segment.length - 1) return null;
  const name = segment.slice(0, at);
  if (name.includes('$')) return null;
  const parsed = parsePrefix(segment.slice(at + 1));
  const single = parsed.ok && parsed.parts.length === 1 && parsed.parts[0]?.kind === 'variable';
  return { name, type: single ? 'int' : 'string' };
}

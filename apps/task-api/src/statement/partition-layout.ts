import { parsePrefix, type PrefixPart, type PrefixVariable } from '@lakeferry/contracts';

/** A partition column that stands in the prefix as `name=…`. */
export interface PartitionColumn {
  readonly name: string;
  /** `int` for a single variable, `string` for everything else. */
  readonly type: 'int' | 'string';
  /** Which folder of the prefix it is, the first being 1. */
  readonly folder: number;
  /** The variable that is its whole value. */
  readonly variable: PrefixVariable | null;
  /** Its value where that holds no variable. */
  readonly constant: string | null;
}

/** How the objects of a prefix lie, as engines see it. */
export interface PartitionLayout {
  /** Folders in front of the first variable; empty when the first folder has one. */
  readonly location: string;
  /** Folders behind the location, with their variables. */
  readonly folders: readonly string[];
  readonly columns: readonly PartitionColumn[];
  /** Every folder behind the location is of the form `name=value`: engines find partitions by themselves. */
  readonly isDiscoverable: boolean;
}

/** Pure. The prefix must be a valid one. */
export function partitionLayout(ossPrefix: string): PartitionLayout {
  const segments = ossPrefix.split('/');
  const first = segments.findIndex((segment) => segment.includes('$'));
  if (first === -1) return { location: ossPrefix, folders: [], columns: [], isDiscoverable: false };
  const folders = segments.slice(first);
  const columns = folders
    .map((segment, at) => toColumn(segment, first + at + 1))
    .filter((column) => column !== null);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return {
    location: segments.slice(0, first).join('/'),
    folders,
    columns,
    isDiscoverable: columns.length === folders.length && names.size === columns.length,
  };
}

/** Names of all `name=value` folders, those in front of the first variable too. */
export function keysInPath(ossPrefix: string): readonly string[] {
  return ossPrefix
    .split('/')
    .map((segment) => toColumn(segment, 0)?.name)
    .filter((name) => name !== undefined);
}

/** The variable that a folder's text is, with nothing beside it. */
export function singleVariable(text: string): PrefixVariable | null {
  const parts = partsOf(text);
  const [part] = parts;
  return parts.length === 1 && part?.kind === 'variable' ? part.variable : null;
}

function toColumn(segment: string, folder: number): PartitionColumn | null {
  const [name, value, more] = segment.split('=');
  if (name === undefined || value === undefined || more !== undefined) return null;
  if (name === '' || value === '' || name.includes('$')) return null;
  const variable = singleVariable(value);
  const constant = value.includes('$') ? null : value;
  return { name, type: variable === null ? 'string' : 'int', folder, variable, constant };
}

function partsOf(text: string): readonly PrefixPart[] {
  const parsed = parsePrefix(text);
  return parsed.ok ? parsed.parts : [];
}

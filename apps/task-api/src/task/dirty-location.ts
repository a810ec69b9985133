import { keyLengthProblem, parsePrefix } from '@lakeferry/contracts';
import type { FieldProblem } from '@lakeferry/errors';
import { partitionLayout } from '../statement/partition-layout.js';

const FIELD = 'taskConfig.ossDirtyPrefix';

/**
 * What is wrong with the prefix of a task's dirty objects, as far as the prefix itself tells. They lie by
 * no time: a reader finds them all in one folder. Pure.
 */
export function dirtyPrefixProblems(request: {
  readonly taskName: string;
  readonly ossPrefix: string;
  readonly ossDirtyPrefix: string | undefined;
}): readonly FieldProblem[] {
  const { taskName, ossPrefix, ossDirtyPrefix } = request;
  if (ossDirtyPrefix === undefined) return [];
  const parsed = parsePrefix(ossDirtyPrefix);
  if (!parsed.ok) return [{ field: FIELD, problem: parsed.problem, remedy: parsed.remedy }];
  if (parsed.parts.some(({ kind }) => kind === 'variable')) {
    const problem = 'has a time variable';
    return [{ field: FIELD, problem, remedy: 'Name a folder without variables.' }];
  }
  const long = keyLengthProblem(parsed.parts, taskName);
  if (long !== null) return [{ field: FIELD, problem: long, remedy: 'Shorten it.' }];
  if (!parsePrefix(ossPrefix).ok || !liesInData(ossDirtyPrefix, ossPrefix)) return [];
  const { location } = partitionLayout(ossPrefix);
  if (location === '') {
    const problem = `lies where readers of ${ossPrefix} look for rows: its first folder is named by time`;
    const remedy =
      'Put a folder without variables in front of ossPrefix, and name another one here.';
    return [{ field: FIELD, problem, remedy }];
  }
  const problem = `lies below ${location}/, where readers of the data look for rows`;
  return [{ field: FIELD, problem, remedy: `Name a folder beside it, like ${beside(location)}.` }];
}

/**
 * Whether readers of a data prefix would come across the objects under a dirty prefix. They read
 * everything below the folders in front of the first time variable. Pure.
 */
export function liesInData(dirtyPrefix: string, dataPrefix: string): boolean {
  const { location } = partitionLayout(dataPrefix);
  return location === '' || `${dirtyPrefix}/`.startsWith(`${location}/`);
}

function beside(location: string): string {
  return `${location.split('/')[0]}-dirty`;
}

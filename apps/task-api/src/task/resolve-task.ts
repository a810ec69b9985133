import {
  TASK_CONFIG_DEFAULTS,
  keyLengthProblem,
  parsePrefix,
  type DeliverySchema,
  type Finding,
  type TableDescription,
  type TaskConfig,
} from '@lakeferry/contracts';
import { invalidArgument, type FieldProblem } from '@lakeferry/errors';
import { partitionLayout } from '../statement/partition-layout.js';
import { dirtyPrefixProblems } from './dirty-location.js';
import { resolveEventTime } from './resolve-event-time.js';
import { resolveLanes } from './resolve-lanes.js';
import { metadataProblems } from './resolve-metadata.js';
import { resolveSchema } from './resolve-schema.js';
import type { TaskRequest } from './task-request.js';

/** A request with everything resolved against its table. */
export interface ResolvedTask {
  readonly config: TaskConfig;
  /** At first. */
  readonly lanes: number;
  readonly warnings: readonly Finding[];
}

/** What is wrong with the prefixes of a request, whatever its table is. Pure. */
export function prefixProblems(request: {
  readonly taskName: string;
  readonly taskConfig: {
    readonly ossPrefix: string;
    readonly ossDirtyPrefix?: string | undefined;
  };
}): readonly FieldProblem[] {
  const { taskName, taskConfig } = request;
  const { ossPrefix, ossDirtyPrefix } = taskConfig;
  return [
    ...dataPrefixProblems(taskName, ossPrefix),
    ...dirtyPrefixProblems({ taskName, ossPrefix, ossDirtyPrefix }),
  ];
}

function dataPrefixProblems(taskName: string, ossPrefix: string): readonly FieldProblem[] {
  const field = 'taskConfig.ossPrefix';
  const parsed = parsePrefix(ossPrefix);
  if (!parsed.ok) return [{ field, problem: parsed.problem, remedy: parsed.remedy }];
  const problem = keyLengthProblem(parsed.parts, taskName);
  return problem === null ? [] : [{ field, problem, remedy: 'Shorten it.' }];
}

/**
 * Resolves a request against its table. Pure.
 *
 * @param kept a schema that was resolved before and stays, whatever became of the table
 * @throws DeliveryError INVALID_ARGUMENT with every field that does not fit
 */
export function resolveTask(
  request: TaskRequest,
  table: Pick<TableDescription, 'columns'>,
  kept?: DeliverySchema,
): ResolvedTask {
  const wanted = request.taskConfig;
  const schema =
    kept === undefined
      ? resolveSchema(wanted.parquetSchema, table.columns)
      : { schema: kept, problems: [], warnings: [] };
  const time =
    wanted.eventTimeColumn === undefined
      ? { problems: [], warnings: [] }
      : resolveEventTime(wanted.eventTimeColumn, table.columns);
  const { lanes, lanesMax, ...laneCounts } = resolveLanes(request.taskType, wanted);
  const problems = [
    ...prefixProblems(request),
    ...schema.problems,
    ...(schema.problems.length > 0 ? [] : metadataProblems(schema.schema, wanted.deletes)),
    ...time.problems,
    ...laneCounts.problems,
  ];
  if (problems.length > 0) throw invalidArgument(problems);
  const { ossPrefix, ossBucket, ossEndpoint, region, ossStsRole, format, timeZone } = wanted;
  const { ossDirtyPrefix } = wanted;
  const config: TaskConfig = {
    ...{ ossPrefix, ossBucket, format, timeZone, schema: [...schema.schema] },
    ...(ossEndpoint === undefined ? {} : { ossEndpoint }),
    ...(region === undefined ? {} : { region }),
    ...(ossStsRole === undefined ? {} : { ossStsRole }),
    ...(ossDirtyPrefix === undefined ? {} : { ossDirtyPrefix }),
    ...('column' in time && time.column !== undefined ? { eventTimeColumn: time.column } : {}),
    ...TASK_CONFIG_DEFAULTS,
    codec: wanted.codec,
    deletes: wanted.deletes,
    schemaChanges: wanted.schemaChanges,
    lanesMax,
    fileBytesTarget: wanted.fileBytesTarget,
    fileAgeSecondsMax: wanted.fileAgeSecondsMax,
  };
  return { config, lanes, warnings: [...schema.warnings, ...time.warnings, ...shadowed(config)] };
}

/** Columns that an engine would take for a folder of the prefix, or for each other. */
function shadowed({ ossPrefix, schema }: TaskConfig): Finding[] {
  const folders = new Set(partitionLayout(ossPrefix).columns.map(({ name }) => name.toLowerCase()));
  const seen = new Set<string>();
  return schema.flatMap(({ columnName, ossColumnName }) => {
    const name = ossColumnName.toLowerCase();
    const twice = seen.has(name);
    seen.add(name);
    if (!twice && !folders.has(name)) return [];
    const other = twice ? 'another column' : 'a folder of the prefix';
    return [
      {
        code: 'COLUMN_SHADOWED',
        level: 'warn' as const,
        column: columnName,
        message: `Engines that ignore case can't tell column ${ossColumnName} from ${other}.`,
        remedy: 'Give it another ossColumnName.',
      },
    ];
  });
}

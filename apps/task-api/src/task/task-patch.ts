import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  formatTypeExtend,
  planSchemaOf,
  type DeliveryColumn,
  type TableDescription,
  type TaskConfig,
} from '@lakeferry/contracts';
import { invalidArgument, type FieldProblem } from '@lakeferry/errors';
import type { StoredTask } from '@lakeferry/task-store';
import { prefixProblems, resolveTask, type ResolvedTask } from './resolve-task.js';
import { requestedConfig, type RequestedColumn, type RequestedConfig } from './task-request.js';

/** A field of a request that may be left out, and taken away where it need not be there. */
function patchable(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault) return (field.unwrap() as z.ZodType).optional();
  if (field instanceof z.ZodOptional) return (field.unwrap() as z.ZodType).nullable().optional();
  return field.optional();
}

const patchedConfig = z.strictObject(
  Object.fromEntries(
    Object.entries(requestedConfig.shape).map(([name, field]) => [name, patchable(field)]),
  ),
);

/** What a user changes of a running task; null takes an option away. */
export const taskPatch = z.strictObject({
  /** The revision that the change builds on: refused when the task is at another. */
  revision: z.int().min(1).optional(),
  taskConfig: patchedConfig.default({}),
  source: z.string().optional(),
  tableName: z.string().optional(),
  taskName: z.string().optional(),
  taskType: z.string().optional(),
});
export type TaskPatch = z.infer<typeof taskPatch>;

/** Options that say where the objects of a task lie, or what the task is: another task has others. */
const FIXED = ['ossBucket', 'ossEndpoint', 'region', 'format', 'lanes'] as const;

/** What of a change would make the task another one. Pure. */
export function fixedProblems(task: StoredTask, patch: TaskPatch): FieldProblem[] {
  const now: Readonly<Record<string, unknown>> = { ...task.config, lanes: task.lanes };
  const { source, tableName, taskName, taskType, taskConfig } = patch;
  const names = { source, tableName, taskName, taskType };
  const changed = [
    ...Object.entries(names)
      .filter(([name, value]) => value !== undefined && value !== task[name as keyof typeof names])
      .map(([name]) => name),
    ...FIXED.filter(
      (name) => name in taskConfig && (taskConfig[name] ?? undefined) !== (now[name] ?? undefined),
    ).map((name) => `taskConfig.${name}`),
  ];
  return changed.map((field) => ({
    field,
    problem: 'can not be changed of a task',
    remedy: 'Create another task.',
  }));
}

/** Whether the table has to be looked at to judge a change. Pure. */
export function needsTable({ taskConfig }: TaskPatch): boolean {
  return taskConfig['parquetSchema'] !== undefined || taskConfig['eventTimeColumn'] != null;
}

/**
 * A task as it is wanted, judged by the rules of a new one. What the change does not name stays as it
 * is, whatever became of the table. Pure.
 *
 * @param table as it is now; of no concern unless `needsTable`
 * @throws DeliveryError INVALID_ARGUMENT with every field that does not fit
 */
export function patchTask(
  task: StoredTask,
  patch: TaskPatch,
  table: Pick<TableDescription, 'columns'>,
): ResolvedTask {
  const wanted = { ...requestOf(task), ...patch.taskConfig };
  const given = Object.entries(wanted).filter(([, value]) => value != null);
  const { source, tableName, taskName, taskType } = task;
  const request = {
    ...{ source, tableName, taskName, taskType },
    taskConfig: Object.fromEntries(given) as unknown as RequestedConfig,
  };
  const keepsSchema = patch.taskConfig['parquetSchema'] === undefined;
  const keepsTime = patch.taskConfig['eventTimeColumn'] === undefined;
  const { eventTimeColumn, ...rest } = request.taskConfig;
  const problems = prefixProblems(request);
  if (problems.length > 0) throw invalidArgument(problems);
  const resolved = resolveTask(
    { ...request, taskConfig: keepsTime ? rest : { ...rest, eventTimeColumn } },
    table,
    keepsSchema ? task.config.schema : undefined,
  );
  const kept = keepsTime ? task.config.eventTimeColumn : undefined;
  return {
    ...resolved,
    config: { ...resolved.config, ...(kept === undefined ? {} : { eventTimeColumn: kept }) },
  };
}

/** A task's configuration as it would be asked for. */
function requestOf({ config, lanes }: StoredTask): Record<string, unknown> {
  const { schema, eventTimeColumn, ...rest } = config;
  const known = new Set(Object.keys(requestedConfig.shape));
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => known.has(name))),
    ...(eventTimeColumn === undefined
      ? {}
      : {
          eventTimeColumn: {
            columnName: eventTimeColumn.columnName,
            ...(eventTimeColumn.timeFormat && { timeFormat: eventTimeColumn.timeFormat }),
          },
        }),
    parquetSchema: schema.map(requestedColumnOf),
    ...{ lanes, lanesMax: Math.max(lanes, config.lanesMax) },
  };
}

function requestedColumnOf(column: DeliveryColumn): RequestedColumn {
  const { columnName, ossColumnName, type, encode } = column;
  const typeExtend = formatTypeExtend(column);
  return {
    ...{ columnName, ossColumnName, type, encode },
    ...(typeExtend === undefined ? {} : { typeExtend }),
  };
}

/** Whether rows become something else, which they do from one point of the stream on. Pure. */
export function needsVersion(before: TaskConfig, after: TaskConfig): boolean {
  return !sameJson(planSchemaOf(1, before), planSchemaOf(1, after));
}

/** Whether two values are the same as JSON, in whatever order their fields are. Pure. */
export function sameJson(a: object, b: object): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}

import { formatTypeExtend } from '@lakeferry/contracts';
import type { DirtyFieldView } from './dirty-fields.js';
import type { TaskView } from './task-view.js';

/** A gRPC message as the loader gives it: absent fields are undefined, enum values are names. */
export type GrpcMessage = Readonly<Record<string, unknown>>;

/** A create request in the form of the REST API, which is then judged by the same rules. Pure. */
export function toTaskRequest(message: GrpcMessage): Record<string, unknown> {
  const { source, tableName, taskName, taskType, taskConfig } = message;
  return present({
    ...{ source, tableName, taskName, taskType },
    taskConfig: taskConfig == null ? undefined : toConfig(taskConfig as GrpcMessage),
  });
}

/** A change of a task in the form of the REST API. Text that a message leaves empty stays as it is. Pure. */
export function toTaskPatch({ taskConfig, revision }: GrpcMessage): Record<string, unknown> {
  const config = taskConfig == null ? {} : toConfig(taskConfig as GrpcMessage);
  const named = Object.entries(config).filter(([, value]) => value !== '');
  return present({ revision, taskConfig: Object.fromEntries(named) });
}

function toConfig(config: GrpcMessage): Record<string, unknown> {
  const { schema, eventTimeColumn, fileBytesTarget, ...rest } = config;
  const columns = (schema ?? []) as readonly GrpcMessage[];
  return present({
    ...rest,
    eventTimeColumn:
      eventTimeColumn == null ? undefined : toEventTime(eventTimeColumn as GrpcMessage),
    parquetSchema: columns.length === 0 ? undefined : columns.map(present),
    fileBytesTarget: fileBytesTarget == null ? undefined : Number(fileBytesTarget),
  });
}

function toEventTime({ columnName, timeFormat }: GrpcMessage): Record<string, unknown> {
  return present({ columnName, timeFormat: timeFormat === 'NONE' ? undefined : timeFormat });
}

/** Without what is absent, and without the loader's own marks of `optional` fields. */
function present(fields: GrpcMessage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value != null && !name.startsWith('_')),
  );
}

const NANOS_PER_MILLI = 1_000_000n;
const ERROR_TYPES: Readonly<Record<string, string>> = {
  OK: 'OK',
  UnAuthorized: 'UNAUTHORIZED',
  InvalidOssBucket: 'INVALID_OSS_BUCKET',
};

/** A task as DescribeDeliveryTask answers it. Pure. */
export function toDescription(view: TaskView): GrpcMessage {
  const { parquetSchema, eventTimeColumn, ...config } = view.taskConfig;
  const time =
    eventTimeColumn === undefined
      ? {}
      : {
          eventTimeColumn: {
            columnName: eventTimeColumn.columnName,
            timeFormat: eventTimeColumn.timeFormat ?? 'NONE',
          },
        };
  const schema = parquetSchema.map((column) => {
    const { columnName, ossColumnName, type, encode } = column;
    const typeExtend = formatTypeExtend(column);
    return {
      ...{ columnName, ossColumnName, type, encode },
      ...(typeExtend !== undefined && { typeExtend }),
    };
  });
  return {
    taskConfig: { ...config, ...time, schema },
    task_sync_stat: toSyncStat(view),
    taskType: view.taskType,
    taskId: view.taskId,
    warnings: view.warnings.map(({ message }) => message),
    revision: view.revision,
    ...(view.pendingRevision === null ? {} : { pendingRevision: view.pendingRevision }),
    schemaVersion: view.schemaVersion,
    notes: view.notes.map(toNote),
  };
}

/** A dirty field as ListDirtyFields answers it; the identity as JSON. Pure. */
export function toDirtyField({ identity, ...field }: DirtyFieldView): GrpcMessage {
  return present({ ...field, identity: JSON.stringify(identity) });
}

function toNote({ code, column, message, remedy, at }: TaskView['notes'][number]): GrpcMessage {
  return present({ code, column, message, remedy, at });
}

function toSyncStat(view: TaskView): GrpcMessage {
  const { phase, state, errorCode, message, remedy, rows, bytes, objects, dirty, lanes } = view;
  const at = nanosOf(view.deliveredUpTo?.at ?? null);
  return {
    task_sync_phase: phase,
    error_code: ERROR_TYPES[errorCode] ?? 'OTHER',
    detail: message ?? '',
    code: errorCode,
    ...{ state, rows, bytes, objects, dirty, lanes },
    ...(remedy === null ? {} : { remedy }),
    ...(view.deliveredUpTo === null ? {} : { lsn: view.deliveredUpTo.lsn }),
    ...(at === null ? {} : { current_sync_timestamp: at }),
  };
}

function nanosOf(at: string | null): string | null {
  const millis = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(millis) ? null : (BigInt(millis) * NANOS_PER_MILLI).toString();
}

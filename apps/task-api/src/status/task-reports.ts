import type {
  EncoderStatus,
  RouteStatus,
  ScanStatus,
  SourceStatus,
  StatusRecord,
  WriterStatus,
} from '@lakeferry/contracts';

/** What the services reported of one task, newest of each. */
export interface TaskReports {
  readonly route?: RouteStatus;
  readonly scan?: ScanStatus;
  readonly source?: SourceStatus;
  /** By lane. */
  readonly encoders: ReadonlyMap<number, EncoderStatus>;
  readonly writers: ReadonlyMap<number, WriterStatus>;
}

/** Picks the reports of a task and of its source. Pure. */
export function reportsOf(
  of: { taskId: string; source: string },
  records: Iterable<StatusRecord>,
): TaskReports {
  const found: { route?: RouteStatus; scan?: ScanStatus; source?: SourceStatus } = {};
  const encoders = new Map<number, EncoderStatus>();
  const writers = new Map<number, WriterStatus>();
  for (const record of records) {
    if (record.kind === 'source') {
      if (record.source === of.source) found.source = record;
      continue;
    }
    if (record.taskId !== of.taskId) continue;
    switch (record.kind) {
      case 'route':
        found.route = record;
        break;
      case 'scan':
        found.scan = record;
        break;
      case 'encoder':
        encoders.set(record.lane, record);
        break;
      case 'writer':
        writers.set(record.lane, record);
        break;
      default:
        record satisfies never;
    }
  }
  return { ...found, encoders, writers };
}

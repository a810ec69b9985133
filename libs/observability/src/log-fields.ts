/** The closed list of log fields. Ids, names, positions and counts; never row values or secrets. */
export interface LogFields {
  readonly taskId?: string | undefined;
  readonly task?: string | undefined;
  readonly source?: string | undefined;
  readonly table?: string | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly lane?: number | undefined;
  readonly lanes?: number | undefined;
  readonly offset?: string | undefined;
  readonly lsn?: string | undefined;
  readonly fileId?: string | undefined;
  readonly key?: string | undefined;
  readonly prefix?: string | undefined;
  readonly reason?: string | undefined;
  readonly phase?: string | undefined;
  readonly state?: string | undefined;
  readonly rows?: number | undefined;
  readonly bytes?: number | undefined;
  readonly count?: number | undefined;
  readonly version?: number | undefined;
  readonly revision?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly attempt?: number | undefined;
  readonly port?: number | undefined;
  readonly group?: string | undefined;
  readonly component?: string | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly err?: unknown;
}

import { z } from 'zod';

/**
 * The changefeed's inspection API, `POST /inspect/<action>` with JSON. Only the changefeed talks to
 * source databases; task-api asks it. The sealed URL authenticates the caller: only who holds the
 * installation's secret key can make one.
 */
export const inspectTablesRequest = z.object({ sealedUrl: z.string() });

/** A table of a source, as a person would choose from. */
export const tableSummary = z.object({
  /** Name as in SQL. */
  table: z.string(),
  kind: z.enum(['table', 'partitioned table', 'partition', 'view', 'foreign table', 'other']),
  rowsEstimate: z.number().nullable(),
  bytes: z.number().nullable(),
});
export type TableSummary = z.infer<typeof tableSummary>;
export const inspectTablesResponse = z.object({ tables: z.array(tableSummary) });

export const inspectTableRequest = z.object({ sealedUrl: z.string(), table: z.string() });

export const tableColumn = z.object({
  name: z.string(),
  /**
   * Type name (`int8`, `numeric`, `timestamptz`; arrays `_int4`; enums `enum`, row types `composite`;
   * domains their base type).
   */
  type: z.string(),
  /** The type as SQL writes it, `numeric(10,2)`. */
  sqlType: z.string(),
  /** Of numeric, and of its arrays, with declared digits. */
  precision: z.number().int().nullable(),
  scale: z.number().int().nullable(),
  notNull: z.boolean(),
  generated: z.boolean(),
});
export type TableColumn = z.infer<typeof tableColumn>;

export const tableDescription = z.object({
  /** Canonical name as in SQL. */
  table: z.string(),
  oid: z.number().int().positive(),
  columns: z.array(tableColumn),
  /** Columns of the replica identity; empty where the whole row or nothing identifies. */
  key: z.array(z.string()),
});
export type TableDescription = z.infer<typeof tableDescription>;

export const inspectCheckRequest = z.object({
  sealedUrl: z.string(),
  source: z.string(),
  /** Without a table only the server is checked. */
  table: z.string().optional(),
  columns: z.array(z.string()).optional(),
});

/** One finding of the preflight check. */
export const finding = z.object({
  code: z.string(),
  /** `refuse`: no task may be created; `warn`: told, not refused. */
  level: z.enum(['refuse', 'warn']),
  column: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
});
export type Finding = z.infer<typeof finding>;
export const inspectCheckResponse = z.object({ findings: z.array(finding) });

/** An error answer of the inspection API. */
export const inspectError = z.object({ code: z.string(), message: z.string() });

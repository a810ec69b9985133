import type { TaskConfig } from '@lakeferry/contracts';
import { athenaTable } from './athena-table.js';
import { clickhouseView } from './clickhouse-view.js';
import { duckdbView } from './duckdb-view.js';
import { dlaTable, hiveTable } from './hive-table.js';
import { maxcomputeTable } from './maxcompute-table.js';
import { snowflakeTable } from './snowflake-table.js';
import { sparkTable } from './spark-table.js';
import { trinoTable } from './trino-table.js';

export const ENGINES = [
  'hive',
  'dla',
  'spark',
  'trino',
  'athena',
  'duckdb',
  'clickhouse',
  'maxcompute',
  'snowflake',
] as const;
export type Engine = (typeof ENGINES)[number];

/** What a statement is made from. */
export interface ExternalTable {
  readonly taskName: string;
  readonly config: TaskConfig;
}

const STATEMENTS: Readonly<Record<Engine, (table: ExternalTable) => string>> = {
  hive: hiveTable,
  dla: dlaTable,
  spark: sparkTable,
  trino: trinoTable,
  athena: athenaTable,
  duckdb: duckdbView,
  clickhouse: clickhouseView,
  maxcompute: maxcomputeTable,
  snowflake: snowflakeTable,
};

/** The statement that makes the objects of a task a table of an engine. Pure. */
export function externalTableStatement(engine: Engine, table: ExternalTable): string {
  return STATEMENTS[engine](table);
}

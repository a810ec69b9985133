import type { TaskConfig } from '@lakeferry/contracts';
import { duckdbView } from './duckdb-view.js';
import { hiveTable } from './hive-table.js';
import { sparkTable } from './spark-table.js';

export const ENGINES = ['hive', 'spark', 'duckdb'] as const;
export type Engine = (typeof ENGINES)[number];

/** What a statement is made from. */
export interface ExternalTable {
  readonly taskName: string;
  readonly config: TaskConfig;
}

/** The statement that makes the objects of a task a table of an engine. Pure. */
export function externalTableStatement(engine: Engine, table: ExternalTable): string {
  switch (engine) {
    case 'hive':
      return hiveTable(table);
    case 'spark':
      return sparkTable(table);
    case 'duckdb':
      return duckdbView(table);
    default:
      return engine satisfies never;
  }
}

import type { CheckOptions, WorkloadTable } from '@lakeferry/history';
import type pg from 'pg';
import type { RoundPlan, TableKind } from '../plan/round-plan.js';
import { tableKinds } from '../plan/table-kinds.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import { FORMS, type TableForm } from './table-forms.js';

/** A table of a round, and how a task over it is partitioned and judged. */
export interface RoundTable {
  readonly workload: WorkloadTable;
  /** What follows in the prefix of a task. */
  readonly folders: string;
  readonly eventTimeColumn?: string | undefined;
  /** DuckDB relation of the first rows, keys and versions from 1. */
  readonly base: (rows: number) => string;
  readonly columns: CheckOptions['columns'];
}

/** Creates the tables of the plan, each with its first rows. */
export async function createTables(
  system: ChaosSystem,
  plan: RoundPlan,
): Promise<ReadonlyMap<TableKind, RoundTable>> {
  const tables = new Map(tableKinds(plan).map((kind) => [kind, roundTable(kind, plan)] as const));
  await system.sql(async (client) => {
    for (const [kind, table] of tables) {
      await createTable(client, FORMS[kind], {
        name: table.workload.name,
        rows: plan.load.baseRows,
      });
    }
  });
  return tables;
}

export async function dropTables(
  system: ChaosSystem,
  tables: ReadonlyMap<TableKind, RoundTable>,
): Promise<void> {
  const names = [...tables.values()].map(({ workload }) => workload.name);
  await system.sql((client) => client.query(`DROP TABLE IF EXISTS ${names.join(', ')}`));
}

function roundTable(kind: TableKind, plan: RoundPlan): RoundTable {
  const form = FORMS[kind];
  return {
    workload: {
      name: `public.r${plan.seed}_${kind}`,
      key: 'id',
      version: 'version',
      writtenBy: 'written_by',
      columns: form.columns,
      stepRowsMax: form.stepRowsMax,
    },
    folders: form.folders,
    eventTimeColumn: form.eventTimeColumn,
    base: (rows) =>
      `(SELECT i AS version, i AS key, ${form.first.duckdb} FROM range(1, ${rows + 1}) AS r(i)) AS base`,
    columns: {
      key: 'id',
      version: 'version',
      compared: form.compared,
      eventTime: form.eventTimeColumn,
    },
  };
}

async function createTable(
  client: pg.Client,
  form: TableForm,
  { name, rows }: { name: string; rows: number },
): Promise<void> {
  await client.query(`CREATE TABLE ${name} (id bigint PRIMARY KEY, version bigint NOT NULL,
    ${form.declared}, written_by text)`);
  if (form.then !== undefined) await client.query(form.then(name));
  await client.query(
    `INSERT INTO ${name} SELECT i, i, ${form.first.postgres}, 'load'
     FROM generate_series(1, $1::bigint) AS i`,
    [rows],
  );
}

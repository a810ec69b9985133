import pg from 'pg';
import type { RowChanges } from '../committed-change.js';
import { seededRandom, type SeededRandom } from '../seeded-random.js';
import { JOURNAL_PREFIX } from './commit-log.js';
import { canBeGiant, giantInsert, giantUpdate } from './giant-steps.js';
import { deleteRows, insertRows, updateRows } from './row-steps.js';
import { isConnectionLoss, isExpectedRollback } from './server-errors.js';
import { StagedChanges } from './staged-changes.js';
import {
  planTransaction,
  type RowStep,
  type SavepointStep,
  type Step,
  giantTransaction,
  type TransactionPlan,
} from './transaction-plan.js';
import type { WorkloadShared } from './workload.js';

/** One writer: transactions one after the other on its own connection, journaled as they commit. */
export class WorkloadConnection {
  private readonly random: SeededRandom;
  private readonly writer: string;
  private client: pg.Client | null = null;
  private transactions = 0;
  private begun = 0;

  constructor(
    private readonly index: number,
    private readonly shared: WorkloadShared,
  ) {
    this.random = seededRandom(shared.seed * 1000 + index);
    this.writer = `workload ${index}`;
  }

  /**
   * Runs the transaction that comes next. False when the connection was lost; the next call makes it anew.
   *
   * @throws what the server answers that no workload should meet.
   */
  async runTransaction(): Promise<boolean> {
    const { progress } = this.shared;
    const staged = new StagedChanges();
    const plan = this.nextPlan();
    try {
      const client = (this.client ??= await this.connect());
      await client.query('BEGIN');
      await this.runSteps(client, plan.steps, staged);
      if (plan.outcome === 'commit') await this.commit(client, staged.changes);
      else {
        await client.query('ROLLBACK');
        progress.rolledBack += 1;
      }
    } catch (error) {
      progress.rolledBack += 1;
      await this.recover(error);
    }
    return this.client !== null;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private nextPlan(): TransactionPlan {
    const { mix, tables } = this.shared;
    this.begun += 1;
    const able = tables.findIndex(({ table }) => canBeGiant(table));
    const isGiant = this.index === 0 && able >= 0 && mix.giantsAt.includes(this.begun);
    return isGiant ? giantTransaction(mix, able) : planTransaction(this.random, mix, tables.length);
  }

  private async connect(): Promise<pg.Client> {
    const { url, name, asynchronousCommits } = this.shared;
    const client = new pg.Client({
      connectionString: url,
      application_name: `workload ${name} ${this.index}`,
      connectionTimeoutMillis: 10_000,
    });
    // A connection that breaks between queries reports here; the next query fails with the same news.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(
      `SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
       SET synchronous_commit = ${asynchronousCommits ? 'off' : 'on'}`,
    );
    return client;
  }

  private async recover(error: unknown): Promise<void> {
    if (isConnectionLoss(error)) return this.close();
    if (!isExpectedRollback(error)) throw error;
    try {
      await this.client?.query('ROLLBACK');
    } catch (again) {
      if (!isConnectionLoss(again)) throw again;
      await this.close();
    }
  }

  private async commit(client: pg.Client, changes: RowChanges): Promise<void> {
    if (changes.length === 0) {
      await client.query('COMMIT');
      return;
    }
    const { name, asynchronousCommits, journal } = this.shared;
    this.transactions += 1;
    const label = `${name}:${this.index}:${this.transactions}`;
    await client.query('SELECT pg_logical_emit_message(true, $1, $2)', [JOURNAL_PREFIX, label]);
    const transaction = {
      ...{ label, connection: this.index, number: this.transactions, changes },
      ...(asynchronousCommits && { asynchronous: true }),
    };
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      journal.unknown(transaction);
      return await this.close();
    }
    journal.committed(transaction);
    this.count(changes);
  }

  private count(changes: RowChanges): void {
    const { progress } = this.shared;
    progress.transactions += 1;
    for (const { version, replaces } of changes) {
      if (version !== null) progress.versions += 1;
      if (replaces !== null) progress.ended += 1;
    }
  }

  private async runSteps(
    client: pg.Client,
    steps: readonly Step[],
    staged: StagedChanges,
  ): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'savepoint') await this.runSavepoint(client, step, staged);
      else staged.add(await this.runRowStep(client, step));
    }
  }

  private async runSavepoint(
    client: pg.Client,
    step: SavepointStep,
    staged: StagedChanges,
  ): Promise<void> {
    await client.query('SAVEPOINT s');
    staged.savepoint();
    await this.runSteps(client, step.steps, staged);
    switch (step.outcome) {
      case 'release':
        await client.query('RELEASE SAVEPOINT s');
        return staged.release();
      case 'rollback':
        await client.query('ROLLBACK TO SAVEPOINT s; RELEASE SAVEPOINT s');
        return staged.rollback();
      default:
        step.outcome satisfies never;
    }
  }

  private async runRowStep(client: pg.Client, step: RowStep): Promise<RowChanges> {
    const { tables, versions, mix } = this.shared;
    const line = tables[step.table];
    if (line === undefined) throw new Error(`the workload has no table ${step.table}`);
    const rows = Math.min(step.rows, line.table.stepRowsMax ?? mix.stepRowsMax);
    const { random, writer } = this;
    const target = { client, ...line, versions, random, writer, rows };
    switch (step.kind) {
      case 'insert':
        return insertRows(target);
      case 'update':
        return updateRows(target, 'same');
      case 'rekey':
        return updateRows(target, 'new');
      case 'delete':
        return deleteRows(target);
      case 'giant-insert':
      case 'giant-update': {
        if (this.shared.giantRuns || !canBeGiant(line.table)) return updateRows(target, 'same');
        const giant = step.kind === 'giant-insert' ? giantInsert : giantUpdate;
        this.shared.giantRuns = true;
        try {
          return await giant({ ...target, rows: step.rows });
        } finally {
          this.shared.giantRuns = false;
        }
      }
      default:
        return step.kind satisfies never;
    }
  }
}

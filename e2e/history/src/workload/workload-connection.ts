import pg from 'pg';
import type { RowChange, RowValues } from '../committed-change.js';
import { type SeededRandom, seededRandom } from '../seeded-random.js';
import { isConnectionLoss, isExpectedRollback } from './server-errors.js';
import { StagedChanges } from './staged-changes.js';
import { planTransaction, type Step } from './transaction-plan.js';
import type { WorkloadShared } from './workload.js';

/** A share of the updated values changes; the others stay as they were. */
const VALUE_CHANGE_SHARE = 0.3;
/** Rows looked for above the rows wanted: some keys are deleted, some rows locked. */
const CANDIDATES_PER_ROW = 2;

interface LockedRow {
  readonly key: string;
  readonly version: string;
  readonly [column: string]: string | null;
}

/** One writer: transactions one after the other on its own connection, journaled as they commit. */
export class WorkloadConnection {
  private readonly random: SeededRandom;
  private client: pg.Client | null = null;
  private transactions = 0;

  constructor(
    private readonly index: number,
    private readonly shared: WorkloadShared,
  ) {
    this.random = seededRandom(shared.seed * 1000 + index);
  }

  /**
   * Runs the transaction that comes next. False when the connection was lost; the next call makes it anew.
   *
   * @throws what the server answers that no workload should meet.
   */
  async runTransaction(): Promise<boolean> {
    const staged = new StagedChanges();
    const plan = planTransaction(this.random, this.shared.mix);
    try {
      const client = (this.client ??= await this.connect());
      await client.query('BEGIN');
      await this.runSteps(client, plan.steps, staged);
      if (plan.outcome === 'rollback') {
        await client.query('ROLLBACK');
        this.shared.progress.rolledBack += 1;
      } else {
        await this.commit(client, staged.changes);
      }
    } catch (error) {
      this.shared.progress.rolledBack += 1;
      if (isConnectionLoss(error)) await this.close();
      else if (!isExpectedRollback(error)) throw error;
      else await this.client?.query('ROLLBACK');
    }
    return this.client !== null;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.shared.url,
      application_name: `workload ${this.index}`,
    });
    // A connection that breaks between queries reports here; the next query fails with the same news.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(
      "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET extra_float_digits = 1",
    );
    return client;
  }

  private async commit(client: pg.Client, changes: readonly RowChange[]): Promise<void> {
    if (changes.length === 0) {
      await client.query('COMMIT');
      return;
    }
    const asked = await client.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    const xid = BigInt(asked.rows[0]?.xid ?? '0');
    this.transactions += 1;
    const transaction = { connection: this.index, number: this.transactions, xid, changes };
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      this.shared.journal.unknown(transaction);
      return await this.close();
    }
    this.shared.journal.committed(transaction);
    const { progress } = this.shared;
    progress.transactions += 1;
    progress.versions += changes.filter(({ version }) => version !== null).length;
    progress.ended += changes.filter(({ replaces }) => replaces !== null).length;
  }

  private async runSteps(
    client: pg.Client,
    steps: readonly Step[],
    staged: StagedChanges,
  ): Promise<void> {
    for (const step of steps) {
      switch (step.kind) {
        case 'savepoint':
          await this.runSavepoint(client, step, staged);
          break;
        case 'insert':
          await this.insert(client, step.rows, staged);
          break;
        case 'update':
        case 'rekey':
          await this.update(client, step, staged);
          break;
        case 'delete':
          await this.remove(client, step.rows, staged);
          break;
        default:
          step satisfies never;
      }
    }
  }

  private async runSavepoint(
    client: pg.Client,
    step: Extract<Step, { kind: 'savepoint' }>,
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

  private async insert(client: pg.Client, rows: number, staged: StagedChanges): Promise<void> {
    const { keys, versions, table, statements } = this.shared;
    const changes = Array.from({ length: rows }, () => ({
      key: keys.next(),
      version: versions.next(),
      replaces: null,
      values: Object.fromEntries(
        table.columns.map((column) => [column.name, column.make(this.random)]),
      ),
    }));
    await client.query(statements.insert, [
      changes.map(({ key }) => key),
      changes.map(({ version }) => version),
      ...this.valueArrays(changes),
    ]);
    for (const change of changes) staged.add(change);
  }

  private async update(
    client: pg.Client,
    step: { kind: 'update' | 'rekey'; rows: number },
    staged: StagedChanges,
  ): Promise<void> {
    const { keys, versions, statements } = this.shared;
    const locked = await this.lockRows(client, step.rows);
    if (locked.length === 0) return;
    const changes = locked.map((row) => ({
      key: step.kind === 'rekey' ? keys.next() : BigInt(row.key),
      version: versions.next(),
      replaces: BigInt(row.version),
      values: this.changedValues(row),
    }));
    await client.query(statements.update, [
      locked.map(({ key }) => key),
      changes.map(({ key }) => key),
      changes.map(({ version }) => version),
      ...this.valueArrays(changes),
    ]);
    for (const change of changes) staged.add(change);
  }

  private async remove(client: pg.Client, rows: number, staged: StagedChanges): Promise<void> {
    const locked = await this.lockRows(client, rows);
    await client.query(this.shared.statements.remove, [locked.map(({ key }) => key)]);
    for (const row of locked) {
      const replaces = BigInt(row.version);
      staged.add({ key: BigInt(row.key), version: null, replaces, values: {} });
    }
  }

  /** Locks some rows and reads what they hold: nobody can replace these versions but this transaction. */
  private async lockRows(client: pg.Client, rows: number): Promise<LockedRow[]> {
    const highest = Number(this.shared.keys.highest);
    const candidates = Array.from({ length: rows * CANDIDATES_PER_ROW }, () =>
      this.random.integer(1, Math.max(highest, 1)),
    );
    const found = await client.query<LockedRow>(this.shared.statements.lock, [candidates]);
    return found.rows.slice(0, rows);
  }

  private changedValues(row: LockedRow): RowValues {
    return Object.fromEntries(
      this.shared.table.columns.map((column, at) => [
        column.name,
        this.random.chance(VALUE_CHANGE_SHARE) ? column.make(this.random) : (row[`c${at}`] ?? null),
      ]),
    );
  }

  private valueArrays(changes: readonly { values: RowValues }[]): unknown[] {
    const { table } = this.shared;
    const columns = table.columns.map((column) =>
      changes.map(({ values }) => values[column.name] ?? null),
    );
    return table.writtenBy === undefined ? columns : [...columns, `workload ${this.index}`];
  }
}

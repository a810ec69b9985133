import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { CommitPoint } from '../committed-change.js';
import { sqlName } from '../duck-session.js';
import { readJournalMessage, readTransactionStart } from './log-messages.js';
import { isConnectionLoss, isSlotBusy } from './server-errors.js';

export interface CommitLogOptions {
  readonly url: string;
  /** Names as in SQL, quoted where they must be. */
  readonly tables: readonly string[];
  /** Free as slot and as publication: lower-case letters, digits, underscores. */
  readonly name: string;
}

/** Prefix of the messages by which a transaction names itself in the log. */
export const JOURNAL_PREFIX = 'lakeferry.journal';
/** Prefix of the messages by which a reader knows how far it has read. */
const READER_PREFIX = 'lakeferry.reader';

/** The source may be down for a while: then its log is read when it is back. */
const PATIENCE_MS = 180_000;
const RETRY_MS = 200;
/** Changes after which a step ends, at the next end of a transaction. */
const STEP_CHANGES = 100_000;

interface LoggedTransaction {
  readonly xid: string;
  readonly start: Buffer;
  readonly messages: readonly Buffer[] | null;
  readonly changed: boolean;
}

/**
 * The order of commits as the source's own log tells it: a logical slot of the checker's own, read by
 * SQL. A client can't know where its commit landed; between the LSNs it sees before and after COMMIT
 * other commits, and C itself, may lie. The slot's position and time are exact. Transactions are known
 * by the label that each writes into the log: ids are used again after a crash.
 */
export class CommitLog {
  private readonly points = new Map<string, CommitPoint>();
  private readonly seen = new Set<string>();
  private client: pg.Client | null = null;
  private reads = 0;
  private reading: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: CommitLogOptions) {}

  /** From here on every transaction that changes one of the tables is known. */
  static async open(options: CommitLogOptions): Promise<CommitLog> {
    const log = new CommitLog(options);
    const client = await log.connect();
    const { name, tables } = options;
    await client.query(`CREATE PUBLICATION ${sqlName(name)} FOR TABLE ${tables.join(', ')}`);
    await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [name]);
    return log;
  }

  /**
   * Commit points by label of all transactions that were durable when it was called. What changed a table
   * without a label is there by its id: nobody's journal has it. Each call reads on where the last one
   * ended, one after the other; a cut connection or a restart of the source in between loses nothing.
   */
  read(): Promise<ReadonlyMap<string, CommitPoint>> {
    const read = this.reading.then(() => this.readOn());
    this.reading = read.catch(() => undefined);
    return read;
  }

  /** Gives the slot and the publication back. */
  async close(): Promise<void> {
    const { name } = this.options;
    await this.reading;
    await this.patiently(async (client) => {
      await client.query(
        'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      );
      await client.query(`DROP PUBLICATION IF EXISTS ${sqlName(name)}`);
    });
    await this.client?.end();
    this.client = null;
  }

  private async readOn(): Promise<ReadonlyMap<string, CommitPoint>> {
    const { name } = this.options;
    this.reads += 1;
    const marker = `${name}:${this.reads}`;
    await this.patiently((client) =>
      client.query('SELECT pg_logical_emit_message(true, $1, $2)', [READER_PREFIX, marker]),
    );
    while (!this.seen.has(marker)) await this.patiently((client) => this.step(client));
    return this.points;
  }

  /** Looks first and advances the slot behind what is known: an answer that is lost is asked for again. */
  private async step(client: pg.Client): Promise<void> {
    const { name } = this.options;
    const answer = await client.query<LoggedTransaction & { end: string }>(
      `SELECT xid::text AS xid, max(lsn)::text AS end,
         (array_agg(substring(data FROM 1 FOR 21)) FILTER (WHERE get_byte(data, 0) = ascii('B')))[1] AS start,
         array_agg(data) FILTER (WHERE get_byte(data, 0) = ascii('M')) AS messages,
         bool_or(chr(get_byte(data, 0)) IN ('I', 'U', 'D', 'T')) AS changed
       FROM pg_logical_slot_peek_binary_changes($1, NULL, $3, 'proto_version', '1', 'publication_names', $2,
         'messages', 'true')
       GROUP BY xid ORDER BY max(lsn)`,
      [name, sqlName(name), STEP_CHANGES],
    );
    for (const transaction of answer.rows) this.note(transaction);
    const end = answer.rows.at(-1)?.end;
    if (end === undefined) await sleep(RETRY_MS);
    else await client.query('SELECT pg_replication_slot_advance($1, $2::pg_lsn)', [name, end]);
  }

  private note({ xid, start, messages, changed }: LoggedTransaction): void {
    let label = `the one with id ${xid}`;
    for (const message of (messages ?? []).map(readJournalMessage)) {
      if (message.prefix === READER_PREFIX) this.seen.add(message.content);
      if (message.prefix === JOURNAL_PREFIX) label = message.content;
    }
    if (changed) this.points.set(label, readTransactionStart(start));
  }

  private async patiently(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await work(this.client ?? (await this.connect()));
        return;
      } catch (error) {
        if (!(isConnectionLoss(error) || isSlotBusy(error)) || Date.now() > deadline) throw error;
        if (!isSlotBusy(error)) this.drop();
        await sleep(RETRY_MS);
      }
    }
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'commit log',
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    // A marker is durable, and with it all that committed before it.
    await client.query('SET synchronous_commit = on');
    this.client = client;
    return client;
  }

  private drop(): void {
    this.client?.end().catch(() => undefined);
    this.client = null;
  }
}

import pg from 'pg';
import type { CommitPoint } from '../committed-change.js';
import { sqlName } from '../duck-session.js';

/** Messages of pgoutput that matter: Begin, and the changes that make a transaction one that changed the table. */
const BEGIN = 'B'.charCodeAt(0);
const CHANGES = new Set(['I', 'U', 'D', 'T'].map((letter) => letter.charCodeAt(0)));
/** Seconds from 1970 to 2000, where PostgreSQL counts from, in microseconds. */
const EPOCH_MICROS = 946_684_800_000_000n;

/**
 * The order of commits as the source's own log tells it: a logical slot of the checker's own, read by
 * SQL. A client can't know where its commit landed; between the LSNs it sees before and after COMMIT
 * other commits, and C itself, may lie. The slot's position and time are exact.
 */
export class CommitLog {
  private readonly points = new Map<number, CommitPoint>();

  private constructor(
    private readonly client: pg.Client,
    private readonly name: string,
  ) {}

  /** From here on every transaction that changes the table is known. `name` must be free as slot and publication. */
  static async open(options: { url: string; table: string; name: string }): Promise<CommitLog> {
    const { url, table, name } = options;
    const client = new pg.Client({ connectionString: url, application_name: 'commit log' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`CREATE PUBLICATION ${sqlName(name)} FOR TABLE ${table}`);
    await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [name]);
    return new CommitLog(client, name);
  }

  /** Commit points of all transactions up to now, by the low 32 bits of their ids. */
  async read(): Promise<ReadonlyMap<number, CommitPoint>> {
    const answer = await this.client.query<{ head: Buffer }>(
      `SELECT substring(data FROM 1 FOR 21) AS head
       FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)`,
      [this.name, sqlName(this.name)],
    );
    let begun: { xid: number; point: CommitPoint } | null = null;
    for (const { head } of answer.rows) {
      const letter = head[0] ?? 0;
      if (letter === BEGIN) begun = readBegin(head);
      else if (CHANGES.has(letter) && begun !== null) this.points.set(begun.xid, begun.point);
    }
    return this.points;
  }

  /** Gives the slot and the publication back. */
  async close(): Promise<void> {
    await this.client.query('SELECT pg_drop_replication_slot($1)', [this.name]);
    await this.client.query(`DROP PUBLICATION ${sqlName(this.name)}`);
    await this.client.end();
  }
}

function readBegin(head: Buffer): { xid: number; point: CommitPoint } {
  return {
    xid: head.readUInt32BE(17),
    point: { lsn: head.readBigUInt64BE(1), atMicros: head.readBigInt64BE(9) + EPOCH_MICROS },
  };
}

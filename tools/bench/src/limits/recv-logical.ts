import type { BenchSystem } from '../bench-system.js';
import type { LogReader } from '../series/log-reader.js';
import type { BenchTable } from '../load/tables.js';
import type { Measured } from '../series/measured.js';
import { runPostgresTool } from './postgres-tool.js';

const PLUGIN = 'pgoutput';

const NAME = 'lakeferry_bench';

export interface RecvLogicalOptions {
  readonly name: string;
  readonly table: BenchTable;
  readonly rows: number;
}

/** A slot of its own, which pg_recvlogical reads to nowhere: what one walsender gives. */
export class RecvLogical implements LogReader {
  readonly name: string;
  private endsAt = '0/0';

  constructor(
    private readonly system: BenchSystem,
    private readonly options: RecvLogicalOptions,
  ) {
    ({ name: this.name } = options);
  }

  async hold(): Promise<void> {
    const { sql } = this.system;
    await sql.query(`CREATE PUBLICATION ${NAME} FOR TABLE ${this.options.table.name}`);
    await sql.query(`SELECT pg_create_logical_replication_slot('${NAME}', '${PLUGIN}')`);
  }

  async written(): Promise<void> {
    const { sql } = this.system;
    // The end is seen when the stream passes it: there must be something behind it.
    const { rows } = await sql.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn');
    this.endsAt = rows[0]?.lsn ?? '0/0';
    await sql.query("SELECT pg_logical_emit_message(true, 'lakeferry_bench', '')");
  }

  async run(): Promise<Measured> {
    const meter = this.system.meter();
    const startedAt = performance.now();
    await runPostgresTool('pg_recvlogical', [
      ...['-d', this.system.url, '--slot', NAME, '--start', '--no-loop', '-f', '/dev/null'],
      ...['--endpos', this.endsAt, '-o', 'proto_version=1'],
      ...['-o', `publication_names=${NAME}`],
    ]);
    const seconds = (performance.now() - startedAt) / 1000;
    return { rows: this.options.rows, seconds, ...meter.end(), figures: {} };
  }

  async release(): Promise<void> {
    const { sql } = this.system;
    await sql.query(`SELECT pg_drop_replication_slot('${NAME}')`);
    await sql.query(`DROP PUBLICATION ${NAME}`);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PeerNames } from './debezium.js';

const SLOT_MS_MAX = 120_000;
const EVERY_MS = 50;

/** The source database as a run of the peer has to see to it. */
export class PeerSource {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<PeerSource> {
    const client = new pg.Client({ connectionString: url });
    // A connection that was lost is told by the next statement.
    client.on('error', () => undefined);
    await client.connect();
    return new PeerSource(client);
  }

  async run(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  /** Waits until a slot is read, or is read no more; one that does not exist is not read. */
  async untilSlotIs(slot: string, state: 'active' | 'inactive'): Promise<void> {
    const end = performance.now() + SLOT_MS_MAX;
    while ((await this.isActive(slot)) !== (state === 'active')) {
      if (performance.now() > end) {
        throw new Error(`slot ${slot} is not ${state} after ${SLOT_MS_MAX} ms`);
      }
      await sleep(EVERY_MS);
    }
  }

  /** Drops what a connector leaves in a database; its slot as soon as nobody reads it. */
  async drop({ slot, publication }: PeerNames): Promise<void> {
    await this.untilSlotIs(slot, 'inactive');
    await this.client.query(
      'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
      [slot],
    );
    await this.client.query(`DROP PUBLICATION IF EXISTS ${publication}`);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async isActive(slot: string): Promise<boolean> {
    const { rowCount } = await this.client.query(
      'SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active',
      [slot],
    );
    return rowCount === 1;
  }
}

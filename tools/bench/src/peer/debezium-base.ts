import type { Contestant } from '../series/measured.js';
import { PeerRun, type PeerRunOptions } from './peer-run.js';

/**
 * Debezium's snapshot of a table into a topic: from the moment at which the connector is made to that at
 * which the topic has as many records as the table has rows.
 */
export function debeziumBase(options: PeerRunOptions): Contestant {
  return {
    name: 'Debezium → Kafka',
    run: async () => {
      const run = await PeerRun.open(options, 'initial');
      try {
        return await run.measure(() => run.create());
      } finally {
        await run.close();
      }
    },
  };
}

import type { Contestant, Measured } from '../series/measured.js';
import { PeerRun, type PeerRunOptions } from './peer-run.js';

/** A contestant that has to have been there before the rows were written. */
export interface CatchUpContestant extends Contestant {
  /** Leaves a connector that has read all that is there and whose task has ended. */
  prepare(round: number): Promise<void>;
  /** Removes what was prepared and never run. */
  abandon(): Promise<void>;
}

/**
 * Debezium's way through rows that were written while it was stopped: `prepare`, then the rows, then `run`,
 * from the moment at which the connector is resumed to that at which the topic has them all.
 */
export function debeziumCatchUp(options: PeerRunOptions): CatchUpContestant {
  return catchUpContestant({
    name: 'Debezium → Kafka',
    options,
    measure: (run) => run.measure(() => run.resume()),
  });
}

export function catchUpContestant(of: {
  readonly name: string;
  readonly options: PeerRunOptions;
  /** Measures a run that is prepared, its resumption included. */
  readonly measure: (run: PeerRun) => Promise<Measured>;
}): CatchUpContestant {
  let prepared: PeerRun | null = null;
  const abandon = async () => {
    const run = prepared;
    prepared = null;
    await run?.close();
  };
  return {
    name: of.name,
    prepare: async () => {
      await abandon();
      prepared = await PeerRun.open(of.options, 'no_data');
      await prepared.create();
      await prepared.park();
    },
    run: async (round) => {
      if (prepared === null) throw new Error(`round ${round} of catch-up was not prepared`);
      try {
        return await of.measure(prepared);
      } finally {
        await abandon();
      }
    },
    abandon,
  };
}

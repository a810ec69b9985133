/** What one run of a contestant came to. */
export interface Measured {
  /** Rows that arrived, counted where they arrived. */
  readonly rows: number;
  readonly seconds: number;
  /** CPU seconds, user and system, by the name of a process: "changefeed", "kafka", "connect". */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** Highest resident memory during the run, by the name of a process. */
  readonly rssPeakMiB: Readonly<Record<string, number>>;
  /** Anything else, by a name that ends with its unit: "kafkaBytes", "objects". */
  readonly figures: Readonly<Record<string, number>>;
}

/** One of those that are compared: the same work in the same run, in turns with the others. */
export interface Contestant {
  readonly name: string;
  /** @param round from 1; 0 is the warm-up */
  run(round: number): Promise<Measured>;
}

/** The runs of a contestant in their order, without the warm-up. */
export interface Series {
  readonly contestant: string;
  readonly runs: readonly Measured[];
}

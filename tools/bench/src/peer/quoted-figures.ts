/** A table of strings, for a page. */
export interface QuotedTable {
  readonly title: string;
  /** What a reader has to know before any figure of it. */
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The whole peer with its sink. The sink is in no registry, so nobody who runs this bench gets these
 * figures out of it: they were measured once, elsewhere, and are quoted.
 */
export const QUOTED_FIGURES: QuotedTable = {
  title: 'The whole peer, quoted',
  note:
    'Not measured in this run: quoted from an earlier measurement on two cores. ' +
    'PostgreSQL 15 → Debezium 3.7.0 → Kafka and Connect 4.3.1 → Aiven S3 sink 3.4.2 (Parquet, Snappy) → ' +
    'versitygw; one partition, tuned (lz4, large batches, 5 s flush, 1 s for latency), everything on two ' +
    'cores, rows of some 130 bytes, calm runs only. The sink comes from no registry: it was built from ' +
    'its source. Orders of magnitude, to stand beside what was measured here, not to be divided by it.',
  head: ['quoted, measured elsewhere', 'rows/s', 'CPU of the Connect worker', 'notes'],
  rows: [
    [
      'base scan of 1 M rows, end to end',
      '27.7 k, 32.5 k; 28.1–38.7 k with JSON without schemas',
      '36–58 s per million rows',
      '4 GB heap, 3–4.3 GB resident',
    ],
    ['Debezium → Kafka alone', '83–93 k', '19–21 s per million rows', ''],
    ['sink alone', '49–63 k', '19–21 s per million rows', ''],
    ['catch-up, 500 k rows in transactions of 1,000', '28.7–29.1 k', '24–28 s per 500 k rows', ''],
    [
      'latency at 2,000 rows/s, 1 s flush',
      'p50 0.60 s, p99 1.09 s',
      '7–10 s per 80 k rows',
      'one object of 110 KB a second',
    ],
    [
      'SIGKILL of Connect at 5,000 rows/s',
      '8,000 duplicates, none missing',
      '',
      'first object 47 s after the kill, caught up after 57 s',
    ],
  ],
};

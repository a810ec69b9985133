/** A prefix to deliver to, and what a reader can ask of its partitions. */
export interface Layout {
  readonly taskName: string;
  readonly prefix: string;
  /** Columns have names that Hive's own reader can stand. */
  readonly plainNames?: true;
  /** A condition on partition columns and the same on the source's column `at`; null without partitions. */
  readonly partition: { readonly engine: string; readonly source: string } | null;
}

const BY_MONTH = {
  engine: 'year = 2026 AND month = 8',
  source: `to_char(at AT TIME ZONE 'UTC', 'YYYYMM') = '202608'`,
};

const UTC = "at AT TIME ZONE 'UTC'";

export const LAYOUTS: readonly Layout[] = [
  {
    taskName: 'hive-style',
    prefix: 'engines/hive/year=$yyyy/month=$MM',
    partition: BY_MONTH,
  },
  { taskName: 'plain-folders', prefix: 'engines/plain/$yyyy/$MM', partition: null },
  { taskName: 'one-folder', prefix: 'engines/flat', partition: null },
  {
    taskName: 'day-folder',
    prefix: "engines/it's/env=prod/ds=$yyyy$MM$dd/kind=a b",
    partition: {
      engine: "ds = '20260809' AND kind = 'a b'",
      source: `to_char(${UTC}, 'YYYYMMDD') = '20260809'`,
    },
  },
  {
    ...{ taskName: 'plain-names', prefix: 'engines/names/year=$yyyy/month=$MM' },
    ...{ partition: BY_MONTH, plainNames: true },
  },
  {
    ...{ taskName: 'plain-all', prefix: 'engines/all/$yyyy/$MM' },
    ...{ partition: null, plainNames: true },
  },
];

/** The name of a column in the objects of a layout. */
export function nameIn({ plainNames }: Layout, name: string): string {
  return plainNames === true ? name.replaceAll(/[^\p{L}\p{N}]/gu, '_') : name;
}

import { deliverSource, type DeliveredSource } from './delivered-source.js';
import { installEngines } from './install-engines.js';
import { LAYOUTS } from './layouts.js';
import { parseWithTrino } from './parse-with-trino.js';
import { readWithDuckdb } from './read-with-duckdb.js';
import { readWithPython, type Way } from './read-with-python.js';
import type { Verdict } from './verdict.js';

/** What the statement says that Hive's own reader can't read: timestamps but INT96, short decimals. */
const HIVE_UNREAD = ['at', 'at_millis', 'wall', 'it_s'];
const ALL = LAYOUTS.map(({ taskName }) => taskName);
const HIVE_LEFT_OUT = ['clock', 'span'];

/** Spark's parser and its Hive metastore run Hive's statement; its rows are read in two ways. */
const SPARK_WAYS: readonly Way[] = [
  {
    ...{ name: 'hive', engine: 'hive', program: 'run_spark.py' },
    settings: {
      'spark.sql.session.timeZone': 'UTC',
      'spark.sql.hive.convertMetastoreParquet': 'true',
    },
    ...{ leftOut: HIVE_LEFT_OUT, unread: [] },
    // Spark's reader of Hive's tables looks into no folders below that are no partitions.
    layouts: ALL.filter((taskName) => !/^plain-(folders|all)$/.test(taskName)),
  },
  {
    ...{ name: 'hive-reader', engine: 'hive', program: 'run_spark.py' },
    settings: {
      'spark.sql.session.timeZone': 'UTC',
      'spark.sql.hive.convertMetastoreParquet': 'false',
    },
    ...{ leftOut: HIVE_LEFT_OUT, unread: HIVE_UNREAD, layouts: ['plain-names', 'plain-all'] },
  },
  {
    ...{ name: 'spark', engine: 'spark', program: 'run_spark.py' },
    // Far from UTC: readings of a clock must come out as they went in.
    settings: { 'spark.sql.session.timeZone': 'America/New_York' },
    ...{ leftOut: ['span'], unread: [], layouts: ALL },
  },
];

const CLICKHOUSE_WAYS: readonly Way[] = [
  {
    ...{ name: 'clickhouse', engine: 'clickhouse', program: 'run_clickhouse.py', settings: {} },
    ...{ leftOut: HIVE_LEFT_OUT, unread: [], layouts: ALL },
  },
];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function runEngines(source: DeliveredSource): Promise<Verdict[]> {
  const engines = await installEngines(say);
  const verdicts: Verdict[] = [];
  const add = (found: readonly Verdict[]) => {
    for (const { what, problems } of found) {
      say(`${problems.length === 0 ? '✓' : '✗'} ${what}`);
      for (const problem of problems) say(`    ${problem}`);
    }
    verdicts.push(...found);
  };
  add(await readWithDuckdb(source));
  add(await parseWithTrino(source, engines));
  add(await readWithPython(source, engines, SPARK_WAYS));
  add(await readWithPython(source, engines, CLICKHOUSE_WAYS));
  return verdicts;
}

async function main(): Promise<number> {
  const source = await deliverSource(say);
  try {
    say(`delivered ${source.rows.length} rows to each prefix`);
    const verdicts = await runEngines(source);
    const wrong = verdicts.filter(({ problems }) => problems.length > 0);
    say(`\nENGINES: ${verdicts.length - wrong.length} of ${verdicts.length} as the source`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await source.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`engines: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);

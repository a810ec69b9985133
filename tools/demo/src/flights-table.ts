import { createReadStream, existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  DuckSession,
  type SeededRandom,
  sqlText,
  type ComparedColumn,
  type WorkloadTable,
} from '@lakeferry/history';
import pg from 'pg';
import { copyIn } from './copy-in.js';

const AIRPORTS = [
  'ATL',
  'ORD',
  'DFW',
  'LAX',
  'PHX',
  'STL',
  'DTW',
  'MSP',
  'LAS',
  'BOS',
  'DEN',
  'IAH',
];

/** The days that the flights are of; rows the workload makes fall among them. */
const FIRST_DAY = Date.UTC(2001, 0, 1);
const DAYS = 181;
const MINUTES_PER_DAY = 1440;
const COPY_CHUNK_BYTES = 256 * 1024;

/** The demo's table as its workload sees it. */
export const FLIGHTS: WorkloadTable = {
  name: 'public.flights',
  key: 'id',
  version: 'version',
  writtenBy: 'written_by',
  columns: [
    { name: 'date', type: 'timestamp', make: takeOff },
    { name: 'delay', type: 'bigint', make: (random) => String(random.integer(-20, 180)) },
    { name: 'distance', type: 'bigint', make: (random) => String(random.integer(60, 2700)) },
    { name: 'origin', type: 'text', make: airport },
    { name: 'destination', type: 'text', make: airport },
  ],
};

/** What the checker compares, value by value. */
export const FLIGHT_COLUMNS: readonly ComparedColumn[] = [
  { name: 'date', objectName: 'date', type: 'TIMESTAMP' },
  { name: 'delay', objectName: 'delay', type: 'BIGINT' },
];

function takeOff(random: SeededRandom): string {
  const minute = random.integer(0, DAYS * MINUTES_PER_DAY - 1);
  return new Date(FIRST_DAY + minute * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

function airport(random: SeededRandom): string | null {
  return AIRPORTS[random.integer(0, AIRPORTS.length - 1)] ?? null;
}

export interface LoadOptions {
  readonly url: string;
  readonly rows: number;
  /** Folder for the base relation of the checker. */
  readonly folder: string;
  onProgress(share: number): void;
}

/**
 * Creates the table and loads the flights, key and version numbered from 1.
 *
 * @returns the DuckDB relation of what was loaded, for the checker
 */
export async function loadFlights(options: LoadOptions): Promise<string> {
  const csv = join(options.folder, 'flights.csv');
  const base = join(options.folder, 'flights-base.parquet');
  await exportFlights(options.rows, csv, base);
  const client = new pg.Client({ connectionString: options.url, application_name: 'demo load' });
  await client.connect();
  try {
    await client.query(`DROP TABLE IF EXISTS ${FLIGHTS.name}`);
    await client.query(`CREATE TABLE ${FLIGHTS.name} (id bigint, version bigint NOT NULL,
      date timestamp NOT NULL, delay bigint, distance bigint, origin text, destination text, written_by text)`);
    await copyIn(
      client,
      `COPY ${FLIGHTS.name} FROM STDIN (FORMAT csv)`,
      measured(csv, (share) => options.onProgress(share)),
    );
    await client.query(`ALTER TABLE ${FLIGHTS.name} ADD PRIMARY KEY (id)`);
  } finally {
    await client.end();
    await rm(csv, { force: true });
  }
  return `read_parquet(${sqlText(base)})`;
}

async function exportFlights(rows: number, csv: string, base: string): Promise<void> {
  const source = packageFile('vega-datasets', 'data/flights-3m.parquet');
  const session = await DuckSession.open();
  try {
    // Numbers follow the order of the file, so that the same flight has the same number in every run.
    await session.run('SET preserve_insertion_order = true');
    await session.run(
      `CREATE VIEW numbered AS SELECT file_row_number + 1 AS id, * EXCLUDE (file_row_number)
       FROM read_parquet(${sqlText(source)}, file_row_number = true) WHERE file_row_number < ${rows}`,
    );
    await session.run(
      `COPY (SELECT id, id AS version, date, delay, distance, origin, destination, 'load' FROM numbered)
       TO ${sqlText(csv)} (FORMAT csv, HEADER false)`,
    );
    await session.run(
      `COPY (SELECT id AS version, id AS key, date, delay FROM numbered) TO ${sqlText(base)} (FORMAT parquet)`,
    );
  } finally {
    session.close();
  }
}

/** A file of an installed package, also one that the package does not export. */
function packageFile(name: string, file: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} has no ${file}: run npm ci`);
  return found;
}

/** The bytes of a file, telling how far they were taken. */
async function* measured(
  file: string,
  onProgress: (share: number) => void,
): AsyncGenerator<Buffer> {
  const { size } = await stat(file);
  let taken = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: COPY_CHUNK_BYTES })) {
    const bytes = chunk as Buffer;
    yield bytes;
    taken += bytes.length;
    onProgress(taken / size);
  }
}

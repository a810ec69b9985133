import type { CheckOptions, SeededRandom, WorkloadTable } from '@lakeferry/history';
import { pick } from '../plan/choices.js';
import type { TableKind } from '../plan/round-plan.js';

/** A kind of table: what is in it beside key, version and writer, and which rows it begins with. */
export interface TableForm {
  readonly folders: string;
  readonly eventTimeColumn?: string;
  /** SQL of the columns. */
  readonly declared: string;
  /** SQL of the columns of row `i` as PostgreSQL makes them, and as DuckDB makes the same. */
  readonly first: { readonly postgres: string; readonly duckdb: string };
  readonly columns: WorkloadTable['columns'];
  readonly compared: NonNullable<CheckOptions['columns']['compared']>;
  /** Rows of the largest step, where that is less than elsewhere. */
  readonly stepRowsMax?: number;
  /** SQL behind the creation. */
  readonly then?: (name: string) => string;
}

const HOUR_MS = 3_600_000;
/** Around it lie the event times of a round; any fixed time does. */
const EVENT_EPOCH_MS = Date.UTC(2026, 4, 10, 12);
/** Most rows are of the last hours, some are days late, some are of the future. */
const RECENT_HOURS = 4;
const LATE_HOURS = 72;

/** A row without one belongs where its commit time belongs, and counts as dirty. */
function eventTime(random: SeededRandom): string | null {
  if (random.chance(0.02)) return null;
  const point = random.fraction();
  const hours =
    point < 0.8
      ? -random.integer(0, RECENT_HOURS)
      : point < 0.95
        ? -random.integer(RECENT_HOURS, LATE_HOURS)
        : random.integer(1, LATE_HOURS);
  const at = new Date(EVENT_EPOCH_MS + hours * HOUR_MS + random.integer(0, 3_599) * 1_000);
  return `${at.toISOString().slice(0, 19).replace('T', ' ')}+00`;
}

function note(random: SeededRandom): string | null {
  return random.chance(0.1) ? null : `note ${random.integer(1, 1_000_000)} "é\n`;
}

/** Text that does not compress, of 2 to 60 kilobytes. */
function document(random: SeededRandom): string {
  const length = random.chance(0.1) ? random.integer(20_000, 60_000) : random.integer(2_000, 6_000);
  const parts: string[] = [];
  for (let size = 0; size < length; size += 12) {
    parts.push(twelveLetters(random));
  }
  return parts.join('');
}

function twelveLetters(random: SeededRandom): string {
  return Math.floor(random.fraction() * 2 ** 60)
    .toString(36)
    .padStart(12, '0');
}

/** Partitions that the scattered table is spread over. */
const SCATTERED_HOURS = 520;

function scatteredTime(random: SeededRandom): string {
  const at = EVENT_EPOCH_MS - random.integer(0, SCATTERED_HOURS - 1) * HOUR_MS;
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}+00`;
}

/** What one record can carry is 15 MiB: some rows come near it. */
const NEAR_BYTES = [6_000_000, 12_000_000, 15_000_000] as const;
const BEYOND_BYTES = 16_000_000;
const BLOCK_BYTES = 120_000;

function hugeText(random: SeededRandom, bytes: number): string {
  const parts: string[] = [];
  for (let size = 0; size < Math.min(bytes, BLOCK_BYTES); size += 12)
    parts.push(twelveLetters(random));
  const block = parts.join('');
  return block.repeat(Math.ceil(bytes / block.length)).slice(0, bytes);
}

const NOTE = { name: 'note', type: 'text', make: note };
const NOTE_COMPARED = { name: 'note', objectName: 'note', type: 'VARCHAR' };
const FIRST_NOTE = `'note ' || i`;

export const FORMS: Readonly<Record<TableKind, TableForm>> = {
  plain: {
    folders: 'all',
    declared: 'note text',
    first: { postgres: FIRST_NOTE, duckdb: `${FIRST_NOTE} AS note` },
    columns: [NOTE],
    compared: [NOTE_COMPARED],
  },
  hourly: {
    folders: 'year=$yyyy/month=$MM/day=$dd/hour=$HH',
    declared: 'note text',
    first: { postgres: FIRST_NOTE, duckdb: `${FIRST_NOTE} AS note` },
    columns: [NOTE],
    compared: [NOTE_COMPARED],
  },
  events: {
    folders: 'month=$MM/day=$dd',
    eventTimeColumn: 'happened_at',
    declared: 'happened_at timestamptz, note text',
    first: {
      postgres: `timestamptz '2026-05-10 12:00:00+00' - (i % 5) * interval '1 hour', ${FIRST_NOTE}`,
      duckdb: `TIMESTAMP '2026-05-10 12:00:00' - to_hours(i % 5) AS happened_at, ${FIRST_NOTE} AS note`,
    },
    columns: [{ name: 'happened_at', type: 'timestamptz', make: eventTime }, NOTE],
    compared: [
      { name: 'happened_at', objectName: 'happened_at', type: 'TIMESTAMP' },
      NOTE_COMPARED,
    ],
  },
  wide: {
    folders: 'day=$dd',
    declared: 'note text, document text',
    first: {
      postgres: `${FIRST_NOTE}, 'document ' || i`,
      duckdb: `${FIRST_NOTE} AS note, md5('document ' || i) AS document`,
    },
    columns: [NOTE, { name: 'document', type: 'text', large: true, make: document }],
    compared: [
      NOTE_COMPARED,
      { name: 'document', objectName: 'document', type: 'VARCHAR', digest: true },
    ],
    // Whole old rows in the log: a document that an update leaves alone is delivered all the same.
    then: (name) =>
      `ALTER TABLE ${name} ALTER COLUMN document SET STORAGE EXTERNAL;
       ALTER TABLE ${name} REPLICA IDENTITY FULL`,
  },
  scattered: {
    folders: 'month=$MM/day=$dd/hour=$HH',
    eventTimeColumn: 'happened_at',
    declared: 'happened_at timestamptz, note text',
    first: {
      postgres: `timestamptz '2026-05-10 12:00:00+00' - (i % ${SCATTERED_HOURS}) * interval '1 hour', ${FIRST_NOTE}`,
      duckdb: `TIMESTAMP '2026-05-10 12:00:00' - to_hours(i % ${SCATTERED_HOURS}) AS happened_at, ${FIRST_NOTE} AS note`,
    },
    columns: [{ name: 'happened_at', type: 'timestamptz', make: scatteredTime }, NOTE],
    compared: [
      { name: 'happened_at', objectName: 'happened_at', type: 'TIMESTAMP' },
      NOTE_COMPARED,
    ],
  },
  huge: {
    folders: 'all',
    declared: 'body text, excess text',
    first: {
      postgres: `'body ' || i, NULL`,
      duckdb: `md5('body ' || i) AS body`,
    },
    stepRowsMax: 2,
    columns: [
      {
        ...{ name: 'body', type: 'text', large: true },
        make: (random) => hugeText(random, random.chance(0.06) ? pick(random, NEAR_BYTES) : 2_000),
      },
      {
        // A row with such a value is too large for a record and is delivered without it.
        ...{ name: 'excess', type: 'text', large: true },
        make: (random) => (random.chance(0.03) ? hugeText(random, BEYOND_BYTES) : null),
      },
    ],
    compared: [{ name: 'body', objectName: 'body', type: 'VARCHAR', digest: true }],
    then: (name) =>
      `ALTER TABLE ${name} ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN excess SET STORAGE EXTERNAL;
       ALTER TABLE ${name} REPLICA IDENTITY FULL`,
  },
};

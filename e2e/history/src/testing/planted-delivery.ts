import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkHistory } from '../check/check-history.js';
import type { CheckedTask, CheckOptions } from '../check/check-options.js';
import { type HistoryReport, type Offence, OFFENCES } from '../check/history-report.js';
import type { CommitPoint, CommittedTransaction, RowChange } from '../committed-change.js';
import { DuckSession, sqlText } from '../duck-session.js';

/** A row as an object has it. */
export interface PlantedRow {
  id: number;
  version: number;
  day: string | null;
}

export type PlantedObjects = Record<string, PlantedRow[]>;

const C = 1000n;
export const TASK: CheckedTask = { taskName: 't', taskType: 'BASE_INC', prefix: 'x/day=$dd', c: C };

/** Versions 1 to 6 were there before; then transactions as `HISTORY` says. */
const BASE: PlantedRow[] = [1, 2, 3, 4, 5, 6].map((id) => ({ id, version: id, day: '2026-01-01' }));

const HISTORY: {
  lsn: bigint;
  changes: [key: number, version: number | null, replaces: number | null, day?: string][];
}[] = [
  {
    lsn: 500n,
    changes: [
      [1, 11, 1],
      [1, 12, 11],
    ],
  },
  { lsn: 1000n, changes: [[2, 21, 2, '2026-01-02']] },
  {
    lsn: 1500n,
    changes: [
      [7, 71, null, '2026-01-02'],
      [7, 72, 71, '2026-01-02'],
      [3, null, 3],
    ],
  },
  { lsn: 2500n, changes: [[4, 41, 4]] },
];

/** What a faultless delivery holds: of the optional versions 2, 3 and 4, version 3. */
export function faultless(): PlantedObjects {
  const row = (id: number, version: number, day = '2026-01-01') => ({ id, version, day });
  return {
    'x/day=01/t_0_x_day=01__1': [row(1, 12), row(3, 3)],
    'x/day=01/t_1_x_day=01__1': [row(5, 5), row(6, 6)],
    'x/day=01/t_0_x_day=01__2': [row(4, 41)],
    'x/day=02/t_0_x_day=02__1': [row(2, 21, '2026-01-02'), row(7, 71, '2026-01-02')],
    'x/day=02/t_0_x_day=02__2': [row(7, 72, '2026-01-02')],
  };
}

/** A local folder that stands for a bucket, with what a test puts into it. */
export class PlantedDelivery {
  private constructor(
    readonly folder: string,
    readonly session: DuckSession,
  ) {}

  static async open(): Promise<PlantedDelivery> {
    const folder = await mkdtemp(join(tmpdir(), 'history-'));
    return new PlantedDelivery(folder, await DuckSession.open());
  }

  async close(): Promise<void> {
    this.session.close();
    await rm(this.folder, { recursive: true });
  }

  async write(objects: PlantedObjects): Promise<void> {
    for (const [key, rows] of Object.entries(objects)) {
      const values = rows.map(({ id, version, day }) => {
        return `(${id}, ${version}, ${day === null ? 'NULL' : `DATE '${day}'`})`;
      });
      await this.writeRelation(
        key,
        `(SELECT id, version, CAST(day AS DATE) AS day FROM (VALUES ${values.join(', ')}) AS r(id, version, day))`,
      );
    }
  }

  async writeRelation(key: string, relation: string): Promise<void> {
    const file = join(this.folder, key);
    await mkdir(dirname(file), { recursive: true });
    await this.session.run(`COPY ${relation} TO ${sqlText(file)} (FORMAT parquet)`);
  }

  /** Writes the objects and judges all that is in the folder, by event time where nothing else is said. */
  async check(
    objects: PlantedObjects,
    task: Partial<CheckedTask> = {},
    options: Partial<CheckOptions> = {},
  ): Promise<HistoryReport> {
    await this.write(objects);
    return checkHistory({
      history: committedHistory(),
      task: { ...TASK, ...task },
      root: this.folder,
      columns: {
        key: 'id',
        version: 'version',
        compared: [{ name: 'day', objectName: 'day', type: 'DATE' }],
        eventTime: 'day',
      },
      ...options,
    });
  }
}

/** Rows of an object. */
export function at(objects: PlantedObjects, key: string): PlantedRow[] {
  const rows = objects[key];
  if (rows === undefined) throw new Error(`no object ${key}`);
  return rows;
}

/** The offences that there are. */
export function found(report: HistoryReport): Partial<Record<Offence, number>> {
  return Object.fromEntries(
    OFFENCES.map((offence) => [offence, report.offences[offence]] as const).filter(
      ([, n]) => n > 0,
    ),
  );
}

/** When the n-th transaction of the history committed. */
export function commitMicros(n: number): bigint {
  return BigInt(Date.UTC(2026, 0, 10, 20, 0, n)) * 1000n;
}

/** The history as a journal and the log tell it. */
export function committedHistory(): {
  base: string;
  transactions: CommittedTransaction[];
  commits: Map<string, CommitPoint>;
} {
  const rows = BASE.map((row) => `(${row.version}, ${row.id}, '${row.day}')`).join(', ');
  const commits = new Map<string, CommitPoint>();
  const transactions = HISTORY.map(({ lsn, changes }, number) => {
    const label = `test:0:${number}`;
    commits.set(label, { lsn, atMicros: commitMicros(number) });
    return {
      connection: 0,
      number,
      label,
      changes: changes.map(([key, version, replaces, day = '2026-01-01']): RowChange => ({
        table: 'public.t',
        key: BigInt(key),
        version: version === null ? null : BigInt(version),
        replaces: replaces === null ? null : BigInt(replaces),
        values: version === null ? {} : { day },
      })),
    };
  });
  return { base: `(VALUES ${rows}) AS b(version, key, day)`, transactions, commits };
}

import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommitPoint, CommittedTransaction, RowChange } from '../committed-change.js';
import { DuckSession, sqlText } from '../duck-session.js';
import { checkHistory } from './check-history.js';
import type { CheckedTask, CheckOptions } from './check-options.js';
import { type HistoryReport, holds, type Offence, OFFENCES } from './history-report.js';

interface Row {
  id: number;
  version: number;
  day: string;
}

const C = 1000n;
const TASK: CheckedTask = { taskName: 't', taskType: 'BASE_INC', prefix: 'x/day=$dd', c: C };

/** Versions 1 to 6 were there before; then transactions as `HISTORY` says. */
const BASE: Row[] = [1, 2, 3, 4, 5, 6].map((id) => ({ id, version: id, day: '2026-01-01' }));

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
function faultless(): Record<string, Row[]> {
  const row = (id: number, version: number, day = '2026-01-01') => ({ id, version, day });
  return {
    'x/day=01/t_0_x_day=01__1': [row(1, 12), row(3, 3)],
    'x/day=01/t_1_x_day=01__1': [row(5, 5), row(6, 6)],
    'x/day=01/t_0_x_day=01__2': [row(4, 41)],
    'x/day=02/t_0_x_day=02__1': [row(2, 21, '2026-01-02'), row(7, 71, '2026-01-02')],
    'x/day=02/t_0_x_day=02__2': [row(7, 72, '2026-01-02')],
  };
}

describe('checkHistory', () => {
  let folder: string;
  let session: DuckSession;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'));
    session = await DuckSession.open();
  });

  afterEach(async () => {
    session.close();
    await rm(folder, { recursive: true });
  });

  async function check(
    objects: Record<string, Row[]>,
    task: Partial<CheckedTask> = {},
    options: Partial<CheckOptions> = {},
  ): Promise<HistoryReport> {
    for (const [key, rows] of Object.entries(objects)) await writeObject(key, rows);
    return checkHistory({
      history: history(),
      task: { ...TASK, ...task },
      root: folder,
      columns: {
        key: 'id',
        version: 'version',
        compared: [{ name: 'day', objectName: 'day', type: 'DATE' }],
        eventTime: 'day',
      },
      ...options,
    });
  }

  async function writeObject(key: string, rows: Row[]): Promise<void> {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    const values = rows.map((row) => `(${row.id}, ${row.version}, DATE '${row.day}')`).join(', ');
    await session.run(
      `COPY (SELECT * FROM (VALUES ${values}) AS r(id, version, day)) TO ${sqlText(file)} (FORMAT parquet)`,
    );
  }

  test('finds nothing in a faultless delivery and counts what is optional', async () => {
    const report = await check(faultless());
    expect(found(report)).toEqual({});
    expect(holds(report)).toBe(true);
    expect(report).toMatchObject({
      required: 7,
      delivered: 7,
      optional: 3,
      optionalDelivered: 1,
      rows: 8,
      objects: 5,
      foreign: [],
    });
  });

  test('a version of C that was replaced after the scan had ended is required', async () => {
    const report = await check(faultless(), { scanEnd: 2000n });
    expect(report).toMatchObject({ required: 8, delivered: 7, optional: 2 });
    expect(found(report)).toEqual({ lost: 1 });
    expect(report.samples.lost).toEqual(['version 4 of key 4']);
  });

  const planted: [
    string,
    (objects: Record<string, Row[]>) => void,
    Partial<Record<Offence, number>>,
  ][] = [
    ['a lost row', (o) => void at(o, 'x/day=02/t_0_x_day=02__1').pop(), { lost: 1 }],
    ['a lost base row', (o) => void at(o, 'x/day=01/t_1_x_day=01__1').pop(), { lost: 1 }],
    [
      'a doubled row',
      (o) => void at(o, 'x/day=01/t_1_x_day=01__1').push({ id: 1, version: 12, day: '2026-01-01' }),
      { doubled: 1 },
    ],
    [
      'a doubled optional row',
      (o) => void at(o, 'x/day=01/t_1_x_day=01__1').push({ id: 3, version: 3, day: '2026-01-01' }),
      { doubled: 1 },
    ],
    [
      'a doubled object',
      (o) => void (o['x/day=01/t_1_x_day=01__2'] = at(o, 'x/day=01/t_1_x_day=01__1')),
      { doubled: 2 },
    ],
    [
      'a row that never committed',
      (o) => void at(o, 'x/day=01/t_1_x_day=01__1').push({ id: 9, version: 99, day: '2026-01-01' }),
      { unexpected: 1 },
    ],
    [
      'a row that was replaced before C',
      (o) => void at(o, 'x/day=01/t_1_x_day=01__1').push({ id: 1, version: 1, day: '2026-01-01' }),
      { unexpected: 1 },
    ],
    [
      'a version replaced inside its transaction before C',
      (o) =>
        void at(o, 'x/day=01/t_0_x_day=01__1').unshift({ id: 1, version: 11, day: '2026-01-01' }),
      { unexpected: 1 },
    ],
    [
      'a row in the wrong folder',
      (o) => {
        const moved = at(o, 'x/day=02/t_0_x_day=02__1').shift();
        if (moved) at(o, 'x/day=01/t_0_x_day=01__2').push(moved);
      },
      { misplaced: 1 },
    ],
    [
      'a row with another value',
      (o) => void (at(o, 'x/day=01/t_1_x_day=01__1')[0] = { id: 5, version: 5, day: '2026-03-01' }),
      { altered: 1 },
    ],
    [
      'a row with another key',
      (o) =>
        void (at(o, 'x/day=01/t_1_x_day=01__1')[0] = { id: 50, version: 5, day: '2026-01-01' }),
      { altered: 1 },
    ],
    [
      'versions of a key in the wrong order',
      (o) => {
        const first = at(o, 'x/day=02/t_0_x_day=02__1');
        const second = at(o, 'x/day=02/t_0_x_day=02__2');
        const [old] = first.splice(1, 1);
        const [recent] = second.splice(0, 1);
        if (old && recent) {
          first.push(recent);
          second.push(old);
        }
      },
      { disorder: 1 },
    ],
    [
      'versions of a key in the wrong order inside an object',
      (o) => {
        at(o, 'x/day=02/t_0_x_day=02__1').splice(1, 1);
        at(o, 'x/day=02/t_0_x_day=02__2').push({ id: 7, version: 71, day: '2026-01-02' });
      },
      { disorder: 1 },
    ],
    [
      'a missing sequence',
      (o) => {
        o['x/day=02/t_0_x_day=02__4'] = at(o, 'x/day=02/t_0_x_day=02__2');
        delete o['x/day=02/t_0_x_day=02__2'];
      },
      { gaps: 2 },
    ],
    [
      'a first sequence that is not 1',
      (o) => {
        o['x/day=01/t_1_x_day=01__2'] = at(o, 'x/day=01/t_1_x_day=01__1');
        delete o['x/day=01/t_1_x_day=01__1'];
      },
      { gaps: 1 },
    ],
  ];

  test.each(planted)('finds %s, and only that', async (_what, plant, expected) => {
    const objects = faultless();
    plant(objects);
    const report = await check(objects);
    expect(found(report)).toEqual(expected);
    expect(holds(report)).toBe(false);
    for (const offence of Object.keys(expected) as Offence[]) {
      expect(report.samples[offence].length).toBeGreaterThan(0);
    }
  });

  test('finds a torn object and the rows that are lost with it', async () => {
    for (const [key, rows] of Object.entries(faultless())) await writeObject(key, rows);
    await truncate(join(folder, 'x/day=01/t_1_x_day=01__1'), 100);
    const report = await check({});
    expect(found(report)).toEqual({ torn: 1, lost: 2 });
    expect(report.samples.torn[0]).toContain('t_1_x_day=01__1');
  });

  test('finds an object whose pages are torn under a good footer', async () => {
    const key = 'x/day=01/t_1_x_day=01__1';
    await writeObject(key, faultless()[key] ?? []);
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(join(folder, key));
    bytes.fill(0xff, 4, 40);
    for (const [other, rows] of Object.entries(faultless())) await writeObject(other, rows);
    await writeFile(join(folder, key), bytes);
    const report = await check({});
    expect(found(report)).toEqual({ torn: 1, lost: 2 });
  });

  test('reports keys that are no objects of the task apart', async () => {
    await mkdir(join(folder, 'x/day=01'), { recursive: true });
    await writeFile(join(folder, 'x/day=01/t_0_x_day=01__1-5b2f'), 'half');
    const report = await check(faultless());
    expect(report.foreign).toEqual(['x/day=01/t_0_x_day=01__1-5b2f']);
    expect(holds(report)).toBe(true);
  });

  test('an INC task delivers nothing that was born before C', async () => {
    const report = await check(faultless(), { taskType: 'INC' });
    expect(report).toMatchObject({ required: 4, delivered: 4, optional: 0 });
    expect(found(report)).toEqual({ unexpected: 4 });
  });

  test('a BASE task delivers nothing that was born at E or later', async () => {
    const report = await check(faultless(), { taskType: 'BASE', scanEnd: 2500n });
    expect(report).toMatchObject({ required: 7, delivered: 6, optional: 2 });
    expect(found(report)).toEqual({ unexpected: 1, lost: 1 });
  });

  test('by commit time the folder follows the log, in the zone of the task', async () => {
    const objects = Object.fromEntries(
      Object.entries(faultless()).map(([key, rows]) => [
        key,
        rows.filter((row) => row.day === '2026-01-01' && row.version !== 41),
      ]),
    );
    const late = [
      { id: 2, version: 21, day: '2026-01-02' },
      { id: 7, version: 71, day: '2026-01-02' },
      { id: 7, version: 72, day: '2026-01-02' },
      { id: 4, version: 41, day: '2026-01-01' },
    ];
    const whole: Record<string, Row[]> = { ...objects, 'x/day=11/t_0_x_day=11__1': late };
    for (const key of Object.keys(whole)) if (whole[key]?.length === 0) delete whole[key];
    const columns = { key: 'id', version: 'version' };
    expect(found(await check(whole, {}, { columns }))).toEqual({ misplaced: 4 });
    expect(found(await check({}, { timeZone: 'Asia/Shanghai' }, { columns }))).toEqual({});
  });

  test('refuses to judge when journal and log name different transactions', async () => {
    const { transactions, commits, base } = history();
    const judge = (options: Partial<CheckOptions>) => check(faultless(), {}, options);
    await expect(judge({ history: { base, transactions, commits: new Map() } })).rejects.toThrow(
      /not in the source's log/,
    );
    await expect(judge({ history: { base, transactions: [], commits } })).rejects.toThrow(
      /not in the journal/,
    );
  });
});

function at(objects: Record<string, Row[]>, key: string): Row[] {
  const rows = objects[key];
  if (rows === undefined) throw new Error(`no object ${key}`);
  return rows;
}

function found(report: HistoryReport): Partial<Record<Offence, number>> {
  return Object.fromEntries(
    OFFENCES.map((offence) => [offence, report.offences[offence]] as const).filter(
      ([, n]) => n > 0,
    ),
  );
}

function history(): {
  base: string;
  transactions: CommittedTransaction[];
  commits: Map<string, CommitPoint>;
} {
  const rows = BASE.map((row) => `(${row.version}, ${row.id}, '${row.day}')`).join(', ');
  const commits = new Map<string, CommitPoint>();
  const transactions = HISTORY.map(({ lsn, changes }, number) => {
    const label = `test:0:${number}`;
    commits.set(label, { lsn, atMicros: BigInt(Date.UTC(2026, 0, 10, 20)) * 1000n });
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

describe('a task that flags deletes', () => {
  const AT = '0/5DC';
  const BORN: Readonly<Record<number, readonly [op: string, lsn: string]>> = {
    21: ['u', '0/3E8'],
    41: ['u', '0/9C4'],
    71: ['c', AT],
    72: ['u', AT],
  };
  let folder: string;
  let session: DuckSession;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'));
    session = await DuckSession.open();
  });

  afterEach(async () => {
    session.close();
    await rm(folder, { recursive: true });
  });

  type Told = readonly [id: number, version: number | null, op: string, lsn: string];
  const version = (id: number, of: number): Told =>
    [id, of, ...(BORN[of] ?? ['r', '0/3E8'])] as Told;
  const gone = (id: number, lsn = AT): Told => [id, null, 'd', lsn];

  /** The delivery of the same history in one folder a day, rows by commit time; the base is of the 9th. */
  function whole(): Record<string, Told[]> {
    return {
      'x/day=09/t_0_x_day=09__1': [version(1, 12), version(3, 3), version(5, 5), version(6, 6)],
      'x/day=10/t_0_x_day=10__1': [version(2, 21), version(7, 71), version(7, 72), gone(3)],
      'x/day=10/t_0_x_day=10__2': [version(4, 41)],
    };
  }

  async function check(objects: Record<string, Told[]>, task: Partial<CheckedTask> = {}) {
    for (const [key, rows] of Object.entries(objects)) {
      const file = join(folder, key);
      await mkdir(dirname(file), { recursive: true });
      const values = rows.map(([id, v, op, lsn]) => `(${id}, ${v ?? 'NULL'}, '${op}', '${lsn}')`);
      await session.run(
        `COPY (SELECT id, version::BIGINT AS version, op, lsn FROM (VALUES ${values.join(', ')})
           AS r(id, version, op, lsn)) TO ${sqlText(file)} (FORMAT parquet)`,
      );
    }
    return checkHistory({
      history: history(),
      task: { ...TASK, ...task },
      root: folder,
      columns: { key: 'id', version: 'version', deletes: { op: 'op', lsn: 'lsn' } },
    });
  }

  const plant = (change: (all: Record<string, Told[]>, day: Told[]) => void) => {
    const all = whole();
    change(all, all['x/day=10/t_0_x_day=10__1'] ?? []);
    return all;
  };

  test('has a row for each committed delete', async () => {
    const report = await check(whole());
    expect(found(report)).toEqual({});
    expect(report).toMatchObject({ rows: 8, deletes: { required: 1, delivered: 1 } });
  });

  test.each<
    [string, Partial<Record<Offence, number>>, (all: Record<string, Told[]>, day: Told[]) => void]
  >([
    ['a delete that is missing', { lost: 1 }, (_, day) => day.pop()],
    ['a delete that is there twice', { doubled: 1 }, (_, day) => day.push(gone(3))],
    ['a delete of a key that is there', { unexpected: 1 }, (_, day) => day.push(gone(5))],
    [
      'a delete at another commit',
      { lost: 1, unexpected: 1 },
      (_, day) => day.splice(3, 1, gone(3, '0/5DD')),
    ],
    [
      'a delete in the folder of another day',
      { misplaced: 1 },
      (all, day) => {
        day.pop();
        all['x/day=11/t_0_x_day=11__1'] = [gone(3)];
      },
    ],
    [
      'a delete before what it ends',
      { disorder: 1, misplaced: 1 },
      (all, day) => {
        day.pop();
        all['x/day=10/t_0_x_day=10__2'] = [version(4, 41), gone(3), version(3, 3)];
        all['x/day=09/t_0_x_day=09__1'] = [version(1, 12), version(5, 5), version(6, 6)];
      },
    ],
    ['another operation', { altered: 1 }, (_, day) => day.splice(1, 1, [7, 71, 'u', AT])],
    ['another position', { altered: 1 }, (_, day) => day.splice(1, 1, [7, 71, 'c', '0/5DB'])],
  ])('shows %s', async (_what, offences, change) => {
    expect(found(await check(plant(change)))).toEqual(offences);
  });

  test('of a full scan ends with the scan', async () => {
    const objects = plant((all, day) => {
      day.splice(0, 4, version(2, 21));
      delete all['x/day=10/t_0_x_day=10__2'];
      all['x/day=09/t_0_x_day=09__1']?.push(version(4, 4));
    });
    const report = await check(objects, { taskType: 'BASE', scanEnd: 1500n });
    expect(found(report)).toEqual({});
    expect(report.deletes).toEqual({ required: 0, delivered: 0 });
  });
});

import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DuckSession, sqlText } from '../duck-session.js';
import {
  at,
  committedHistory,
  faultless,
  found,
  PlantedDelivery,
  type PlantedObjects,
  TASK,
} from '../testing/planted-delivery.js';
import { checkHistory } from './check-history.js';
import type { CheckedTask, CheckOptions } from './check-options.js';
import { holds, type Offence } from './history-report.js';

describe('checkHistory', () => {
  let delivery: PlantedDelivery;

  beforeEach(async () => {
    delivery = await PlantedDelivery.open();
  });

  afterEach(async () => {
    await delivery.close();
  });

  const check: PlantedDelivery['check'] = (...args) => delivery.check(...args);

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

  test('a version of C that was replaced where the scan ended, or later, is required', async () => {
    expect(await check(faultless(), { scanEnd: 2501n })).toMatchObject({ required: 7 });
    expect(await check(faultless(), { scanEnd: 2500n })).toMatchObject({ required: 8 });
  });

  test('a version of C that was replaced at C is optional, as its successor is delivered', async () => {
    const objects = faultless();
    at(objects, 'x/day=01/t_1_x_day=01__1').push({ id: 2, version: 2, day: '2026-01-01' });
    const report = await check(objects);
    expect(found(report)).toEqual({});
    expect(report).toMatchObject({ optional: 3, optionalDelivered: 2 });
  });

  test('a row without an event time lies by its commit time, one of the base with the others of the scan', async () => {
    const point = { lsn: 3000n, atMicros: BigInt(Date.UTC(2026, 0, 11, 5)) * 1000n };
    const row = {
      table: 'public.t',
      key: 60n,
      version: 601n,
      replaces: null,
      values: { day: null },
    };
    const history = {
      base: `(VALUES (81, 8, NULL), (82, 9, NULL)) AS b(version, key, day)`,
      transactions: [{ connection: 0, number: 1, label: 'test:0:1', changes: [row] }],
      commits: new Map([['test:0:1', point]]),
    };
    const objects: PlantedObjects = {
      'x/day=10/t_0_x_day=10__1': [
        { id: 8, version: 81, day: null },
        { id: 9, version: 82, day: null },
      ],
      'x/day=11/t_0_x_day=11__1': [{ id: 60, version: 601, day: null }],
    };
    expect(found(await check(objects, {}, { history }))).toEqual({});
    const moved = at(objects, 'x/day=11/t_0_x_day=11__1').splice(0, 1);
    delete objects['x/day=11/t_0_x_day=11__1'];
    at(objects, 'x/day=10/t_0_x_day=10__1').push(...moved);
    await rm(join(delivery.folder, 'x/day=11'), { recursive: true });
    expect(found(await check(objects, {}, { history }))).toEqual({ misplaced: 1 });
  });

  test.each([
    ['09', 2],
    ['10', 0],
    ['11', 0],
    ['12', 2],
  ])('rows of the base in the folder of day %s', async (day, misplaced) => {
    const transactions = [900n, 3000n].map((lsn, number) => {
      const key = BigInt(60 + number);
      const change = { table: 'public.t', key, version: key * 10n, replaces: null };
      const changes = [{ ...change, values: { day: null } }];
      return { lsn, connection: 0, number, label: `test:0:${number}`, changes };
    });
    const commits = new Map(
      transactions.map(({ label, lsn }, number) => {
        const atMicros = BigInt(Date.UTC(2026, 0, 10 + number, 5)) * 1000n;
        return [label, { lsn, atMicros }] as const;
      }),
    );
    const base = `(VALUES (81, 8, NULL)) AS b(version, key, day)`;
    const folder = `x/day=${day}`;
    const objects: PlantedObjects = {
      [`${folder}/t_0_x_day=${day}__1`]: [
        { id: 8, version: 81, day: null },
        { id: 60, version: 600, day: null },
      ],
      'x/day=11/t_1_x_day=11__1': [{ id: 61, version: 610, day: null }],
    };
    const report = await check(
      objects,
      { scanEnd: 2000n },
      { history: { base, transactions, commits } },
    );
    expect(found(report)).toEqual(misplaced === 0 ? {} : { misplaced });
  });

  const planted: [string, (objects: PlantedObjects) => void, Partial<Record<Offence, number>>][] = [
    ['a lost row', (o) => void at(o, 'x/day=02/t_0_x_day=02__1').pop(), { lost: 1 }],
    [
      'a lost row that was committed at C',
      (o) => void at(o, 'x/day=02/t_0_x_day=02__1').shift(),
      { lost: 1 },
    ],
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
    await delivery.write(faultless());
    await truncate(join(delivery.folder, 'x/day=01/t_1_x_day=01__1'), 100);
    const report = await check({});
    expect(found(report)).toEqual({ torn: 1, lost: 2 });
    expect(report.samples.torn[0]).toContain('t_1_x_day=01__1');
  });

  test('finds an object whose pages are torn under a good footer', async () => {
    const key = 'x/day=01/t_1_x_day=01__1';
    await delivery.write(faultless());
    const bytes = await readFile(join(delivery.folder, key));
    bytes.fill(0xff, 4, 40);
    await writeFile(join(delivery.folder, key), bytes);
    const report = await check({});
    expect(found(report)).toEqual({ torn: 1, lost: 2 });
  });

  test('reports keys that are no objects of the task apart', async () => {
    await mkdir(join(delivery.folder, 'x/day=01'), { recursive: true });
    await writeFile(join(delivery.folder, 'x/day=01/t_0_x_day=01__1-5b2f'), 'half');
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
    const whole: PlantedObjects = { ...objects, 'x/day=11/t_0_x_day=11__1': late };
    for (const key of Object.keys(whole)) if (whole[key]?.length === 0) delete whole[key];
    const columns = { key: 'id', version: 'version' };
    expect(found(await check(whole, {}, { columns }))).toEqual({ misplaced: 4 });
    expect(found(await check({}, { timeZone: 'Asia/Shanghai' }, { columns }))).toEqual({});
  });

  test('refuses to judge when journal and log name different transactions', async () => {
    const { transactions, commits, base } = committedHistory();
    const judge = (options: Partial<CheckOptions>) => check(faultless(), {}, options);
    await expect(judge({ history: { base, transactions, commits: new Map() } })).rejects.toThrow(
      /not in the source's log/,
    );
    await expect(judge({ history: { base, transactions: [], commits } })).rejects.toThrow(
      /not in the journal/,
    );
  });
});

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
      history: committedHistory(),
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

  test('is optional where the task had ended', async () => {
    const without = () => plant((_, day) => day.pop());
    expect(found(await check(without(), { endedAt: 1500n }))).toEqual({});
    expect(found(await check(without(), { endedAt: 1501n }))).toEqual({ lost: 1 });
    expect(found(await check(whole(), { endedAt: 1500n }))).toEqual({});
    const twice = plant((_, day) => day.push(gone(3)));
    expect(found(await check(twice, { endedAt: 1500n }))).toEqual({ doubled: 1 });
  });

  test('of a full scan ends with the scan', async () => {
    const objects = plant((all, day) => {
      day.splice(0, 4, version(2, 21));
      delete all['x/day=10/t_0_x_day=10__2'];
      // The last commit before C is of the 10th, and so is the plan of this scan.
      const { 'x/day=09/t_0_x_day=09__1': base = [] } = all;
      delete all['x/day=09/t_0_x_day=09__1'];
      all['x/day=10/t_1_x_day=10__1'] = [...base, version(4, 4)];
    });
    const report = await check(objects, { taskType: 'BASE', scanEnd: 1500n });
    expect(found(report)).toEqual({});
    expect(report.deletes).toEqual({ required: 0, delivered: 0 });
  });
});

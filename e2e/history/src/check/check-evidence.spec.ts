import { createHash } from 'node:crypto';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliverySample } from '../bucket/delivery-sampler.js';
import {
  at,
  commitMicros,
  committedHistory,
  faultless,
  found,
  PlantedDelivery,
} from '../testing/planted-delivery.js';
import type { LedgerEntry } from './check-options.js';

const BASE_0 = 'x/day=01/t_0_x_day=01__1';
const BASE_1 = 'x/day=01/t_1_x_day=01__1';
const AT_2500 = 'x/day=01/t_0_x_day=01__2';
const AT_C = 'x/day=02/t_0_x_day=02__1';
const AT_1500 = 'x/day=02/t_0_x_day=02__2';

let delivery: PlantedDelivery;

beforeEach(async () => {
  delivery = await PlantedDelivery.open();
});

afterEach(async () => {
  await delivery.close();
});

describe('samples', () => {
  const sample = (
    lsn: bigint | null,
    newKeys: readonly string[],
    more: Partial<DeliverySample> = {},
  ): DeliverySample => ({ taskId: 'task', takenAtMs: 0, lsn, atMicros: null, newKeys, ...more });

  /** What a truthful task says while its objects come: each position is beyond what is there by then. */
  const truthful = () => [
    sample(null, []),
    sample(1000n, [BASE_0, BASE_1]),
    sample(1500n, [AT_C], { atMicros: commitMicros(2) - 1n }),
    sample(2501n, [AT_1500, AT_2500], { atMicros: commitMicros(3) }),
  ];

  async function judge(samples: readonly DeliverySample[], taskId?: string) {
    return delivery.check(faultless(), { ...(taskId !== undefined && { taskId }) }, { samples });
  }

  test('of a truthful task show nothing, also where a row lies exactly at what was said', async () => {
    expect(found(await judge(truthful()))).toEqual({});
  });

  test.each<[string, number, Partial<DeliverySample>, number]>([
    ['a position beyond a row', 2, { lsn: 1501n }, 1],
    ['a time at which a row had committed', 2, { atMicros: commitMicros(2) }, 1],
    ['a position before the base is there', 0, { lsn: 501n }, 3],
    ['a position before the last object is seen', 3, { newKeys: [AT_1500] }, 1],
  ])('show %s', async (_what, index, lie, offences) => {
    const samples = truthful().map((each, place) => (place === index ? { ...each, ...lie } : each));
    const report = await judge(samples);
    expect(found(report)).toEqual({ ahead: offences });
    expect(report.samples.ahead).toHaveLength(offences);
  });

  test('name what was promised, by what, and the object that was not there', async () => {
    const [before, ...rest] = truthful();
    const { samples } = await judge([{ ...before, lsn: 501n } as DeliverySample, ...rest]);
    expect(samples.ahead[0]).toBe(
      `version 12 of key 1 was promised by sample 0, by its position, and ${BASE_0} was not there`,
    );
  });

  test('a row that is lost was promised by nobody', async () => {
    const objects = faultless();
    at(objects, AT_C).shift();
    expect(found(await delivery.check(objects, {}, { samples: truthful() }))).toEqual({ lost: 1 });
  });

  test('of another task promise nothing, and what they saw was there', async () => {
    const other = sample(9999n, [BASE_0, BASE_1], { taskId: 'predecessor' });
    const [, , third, last] = truthful();
    const samples = [other, third, last] as DeliverySample[];
    expect(found(await judge(samples, 'task'))).toEqual({});
    expect(found(await judge(samples))).toEqual({ ahead: 4 });
  });

  test.each<[string, Partial<DeliverySample>, number]>([
    ['a position', { lsn: 2500n }, 1],
    ['a time', { atMicros: commitMicros(3) - 1n }, 1],
    ['no position any more', { lsn: null }, 1],
    ['neither any more', { lsn: null, atMicros: null }, 2],
  ])('show %s behind what was said before', async (_what, back, offences) => {
    const samples = truthful();
    const last = { ...(samples.at(-1) as DeliverySample), newKeys: [] };
    const report = await judge([...samples, { ...last, ...back }, last]);
    expect(found(report)).toEqual({ backwards: offences });
    expect(report.samples.backwards[0]).toMatch(/^sample 4 says .* after /);
  });

  test('each task begins anew', async () => {
    const behind = sample(7n, [], { taskId: 'other' });
    expect(found(await judge([...truthful(), behind], 'task'))).toEqual({});
  });
});

describe('the ledger', () => {
  async function entries(): Promise<LedgerEntry[]> {
    const objects = faultless();
    await delivery.write(objects);
    return Promise.all(
      Object.entries(objects).map(async ([objectKey, { length }]) => {
        const { length: bytes } = await readFile(join(delivery.folder, objectKey));
        const lane = objectKey.includes('t_1_') ? 1 : 0;
        return { objectKey, content: 'parquet', lane, rows: length, bytes, visibleAt: 'now' };
      }),
    );
  }

  async function judge(change: (ledger: LedgerEntry[]) => LedgerEntry[]) {
    return delivery.check({}, {}, { ledger: change(await entries()) });
  }

  const changed = (change: Partial<LedgerEntry>) => (all: LedgerEntry[]) =>
    all.map((entry, index) => (index === 1 ? { ...entry, ...change } : entry));

  test('that says what the bucket has shows nothing', async () => {
    expect(found(await judge((all) => all))).toEqual({});
  });

  test.each<[string, (all: LedgerEntry[]) => LedgerEntry[], number, RegExp]>([
    ['an object without an entry', (all) => all.slice(1), 1, /t_0_x_day=01__1 is in the bucket/],
    [
      'an entry without an object',
      ([first, ...all]) =>
        [{ ...first, objectKey: 'x/day=01/t_0_x_day=01__7' }, first, ...all] as never,
      1,
      /__7 is in the ledger but not/,
    ],
    ['another number of rows', changed({ rows: 3 }), 1, /rows 3 in the ledger, 2 in the bucket/],
    ['another size', changed({ bytes: 5 }), 1, /bytes 5 in the ledger, \d+ in the bucket/],
    ['another lane', changed({ lane: 2 }), 1, /lane 2 in the ledger, 1 in the bucket/],
    ['an object that has another key', changed({ objectKey: 'x/other' }), 2, /is in the bucket/],
  ])('shows %s', async (_what, change, offences, words) => {
    const report = await judge(change);
    expect(found(report)).toEqual({ ledger: offences });
    expect(report.samples.ledger[0]).toMatch(words);
  });

  test('an entry whose object is still to be put needs none yet', async () => {
    const pending = { objectKey: 'x/day=02/t_0_x_day=02__3', visibleAt: null };
    const entry = { content: 'parquet', lane: 0, rows: 1, bytes: 1 } as const;
    expect(found(await judge((all) => [...all, { ...entry, ...pending }]))).toEqual({});
  });

  test('the rows of a torn object are not compared, its size is', async () => {
    const ledger = await entries();
    await truncate(join(delivery.folder, BASE_1), 100);
    const report = await delivery.check({}, {}, { ledger });
    expect(found(report)).toEqual({ torn: 1, lost: 2, ledger: 1 });
  });

  test('knows the objects of dirty fields too, and they hold no rows', async () => {
    const ledger = await entries();
    const dirtyPrefix = 'x/dirty';
    const objectKey = 'x/dirty/t_0_x_dirty__1';
    await delivery.writeRelation(objectKey, '(SELECT 1 AS no_row)');
    const { length: bytes } = await readFile(join(delivery.folder, objectKey));
    const entry = { objectKey, content: 'dirty', lane: 0, rows: 9, bytes } as const;
    const judgeDirty = async (all: readonly LedgerEntry[]) =>
      found(await delivery.check({}, { dirtyPrefix }, { ledger: all }));
    expect(await judgeDirty([...ledger, entry])).toEqual({});
    expect(await judgeDirty(ledger)).toEqual({ ledger: 1 });
    expect(await judgeDirty([...ledger, { ...entry, bytes: bytes + 1 }])).toEqual({ ledger: 1 });
    await rm(join(delivery.folder, objectKey));
    expect(await judgeDirty([...ledger, entry])).toEqual({ ledger: 1 });
  });
});

describe('a predecessor of the same name', () => {
  const KEY = 'x/day=01/t_1_x_day=01__1';

  /** The predecessor left sequence 1 of lane 1, with rows that are none of this task's; this one went on with 2. */
  async function judge(change?: (file: string) => Promise<void>, sequence = 2) {
    const { [KEY]: own = [], ...others } = faultless();
    await delivery.write({ [KEY]: [{ id: 70, version: 700, day: '2026-05-05' }] });
    const file = join(delivery.folder, KEY);
    const etag = createHash('md5')
      .update(await readFile(file))
      .digest('hex');
    await change?.(file);
    const objects = { ...others, [`x/day=01/t_1_x_day=01__${sequence}`]: own };
    return delivery.check(objects, {}, { predecessors: new Map([[KEY, etag]]), ledger: undefined });
  }

  test('counts in the sequences and is else left out', async () => {
    const report = await judge();
    expect(found(report)).toEqual({});
    expect(report).toMatchObject({ rows: 8, objects: 5 });
  });

  test('must not be overwritten', async () => {
    const report = await judge((file) => writeFile(file, 'shorter'));
    expect(found(report)).toEqual({ overwritten: 1 });
    expect(report.samples.overwritten).toEqual([`${KEY} has another content`]);
  });

  test('must not vanish', async () => {
    const report = await judge((file) => rm(file));
    expect(found(report)).toEqual({ overwritten: 1 });
    expect(report.samples.overwritten).toEqual([`${KEY} is gone`]);
  });

  test('may have given away sequences that it never put: its successor begins above them', async () => {
    expect(found(await judge(undefined, 5))).toEqual({});
  });

  test('excuses no gap within the sequences of its successor', async () => {
    const { 'x/day=02/t_0_x_day=02__2': moved = [], ...others } = faultless();
    const objects = { ...others, 'x/day=02/t_0_x_day=02__4': moved };
    const predecessors = new Map<string, string>();
    const report = await delivery.check(objects, {}, { predecessors, ledger: undefined });
    expect(found(report)).toEqual({ gaps: 2 });
  });
});

describe('a task that ended early', () => {
  async function judge(endedAt: bigint | null, ...without: string[]) {
    const objects = faultless();
    for (const key of without) delete objects[key];
    return delivery.check(objects, { endedAt });
  }

  test('owes what was born before its end', async () => {
    expect(found(await judge(2500n, AT_2500))).toEqual({});
    expect(found(await judge(2501n, AT_2500))).toEqual({ lost: 1 });
    expect(found(await judge(1500n, AT_2500, AT_1500))).toEqual({});
  });

  test('may have delivered more, but nothing twice', async () => {
    const report = await judge(1n);
    expect(found(report)).toEqual({});
    expect(report).toMatchObject({ required: 2, delivered: 2 });
    const objects = faultless();
    at(objects, AT_1500).push({ id: 4, version: 41, day: '2026-01-01' });
    expect(found(await delivery.check(objects, { endedAt: 1n }))).toMatchObject({ doubled: 1 });
  });

  test('owes nothing where it was delivered up to no position', async () => {
    const report = await judge(null, ...Object.keys(faultless()));
    expect(found(report)).toEqual({});
    expect(report).toMatchObject({ required: 0 });
  });
});

describe('a journal of several tables', () => {
  function history() {
    const { base, transactions, commits } = committedHistory();
    const other = { table: 'public.other', key: 5n, version: 500n, replaces: 5n, values: {} };
    const both = transactions.map((each) => ({ ...each, changes: [...each.changes, other] }));
    return { base, transactions: both, commits };
  }

  test('is judged by the changes of one', async () => {
    const options = { history: history(), table: 'public.t' };
    expect(found(await delivery.check(faultless(), {}, options))).toEqual({});
  });

  test('is refused where none is chosen', async () => {
    const judging = delivery.check(faultless(), {}, { history: history() });
    await expect(judging).rejects.toThrow('public.t and public.other');
  });
});

test('large values are compared by their digest', async () => {
  const text = 'x'.repeat(5000);
  const md5 = createHash('md5').update(text).digest('hex');
  const judge = async (value: string) => {
    await delivery.writeRelation(
      'x/t_0_x__1',
      `(SELECT 1 AS id, 1 AS version, ${value} AS body UNION ALL SELECT 2, 2, NULL)`,
    );
    return found(
      await delivery.check(
        {},
        { prefix: 'x' },
        {
          history: {
            base: `(VALUES (1, 1, '${md5}'), (2, 2, NULL)) AS b(version, key, body)`,
            transactions: [],
            commits: new Map(),
          },
          columns: {
            key: 'id',
            version: 'version',
            compared: [{ name: 'body', objectName: 'body', type: 'VARCHAR', digest: true }],
          },
        },
      ),
    );
  };
  expect(await judge(`repeat('x', 5000)`)).toEqual({});
  expect(await judge(`repeat('x', 4999)`)).toEqual({ altered: 1 });
  expect(await judge('NULL')).toEqual({ altered: 1 });
});

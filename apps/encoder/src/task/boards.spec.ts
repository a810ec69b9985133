import { describe, expect, test } from '@jest/globals';
import type { PlanSchema, TaskPlan, WriterStatus } from '@lakeferry/contracts';
import { silentLogger } from '@lakeferry/observability';
import { BarrierBoard } from './barrier-board.js';
import { decideTask } from './decide-task.js';
import { PlanBoard } from './plan-board.js';

const never = new AbortController().signal;

const plan: TaskPlan = {
  v: 1,
  taskId: 't',
  c: '0/10',
  snapshot: '1:2:',
  at: 'then',
  systemIdentifier: '1',
  timeline: 1,
  slot: 's',
  tableOid: 1,
  leaves: [],
  chunkPages: 1,
  scanLanes: 1,
};
const schema = (version: number): PlanSchema => ({
  v: 1,
  version,
  schema: [
    { columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN', sourceType: 'int8' },
  ],
  ossPrefix: `p${version}`,
  timeZone: 'UTC',
  codec: 'SNAPPY',
  deletes: 'ignore',
});

describe('PlanBoard', () => {
  test('is ready when the plan and a version of the schema are there, in any order', async () => {
    const board = new PlanBoard();
    const ready = board.ready(never);
    board.take('plan', JSON.stringify(plan));
    expect(await Promise.race([ready, Promise.resolve('waits')])).toBe('waits');
    board.take('schema/2', JSON.stringify(schema(2)));
    board.take('schema/1', JSON.stringify(schema(1)));
    expect((await ready)?.c).toBe('0/10');
    expect(board.firstSchemaVersion).toBe(1);
    expect((await board.spec(2, never))?.prefix).toBe('p2');
  });

  test('knows the codec of a version, SNAPPY where a record is older than the choice', async () => {
    const board = new PlanBoard();
    board.take('schema/1', JSON.stringify({ ...schema(1), codec: undefined }));
    board.take('schema/2', JSON.stringify({ ...schema(2), codec: 'LZ4' }));
    expect((await board.spec(1, never))?.codec).toBe('SNAPPY');
    expect((await board.spec(2, never))?.codec).toBe('LZ4');
  });

  test('knows E when the scan says it is complete', async () => {
    const board = new PlanBoard();
    const scan = { v: 1, chunk: 1, within: null, rows: 0, bytes: 0, laneRows: [] };
    const end = board.end(never);
    board.take('scan', JSON.stringify({ ...scan, end: null }));
    expect(await Promise.race([end, Promise.resolve('waits')])).toBe('waits');
    board.take('scan', JSON.stringify({ ...scan, end: '0/20' }));
    expect(await end).toBe(0x20n);
  });

  test('fails everyone who waits when a record can not be read', async () => {
    const board = new PlanBoard();
    const ready = board.ready(never);
    board.take('plan', '{}');
    await expect(ready).rejects.toMatchObject({ code: 'CONTRACT_VIOLATION' });
  });

  test('stops waiting when it is told to', async () => {
    const board = new PlanBoard();
    const ending = new AbortController();
    const ready = board.ready(ending.signal);
    ending.abort();
    expect(await ready).toBeUndefined();
  });
});

describe('BarrierBoard', () => {
  const status = (lane: number, baseVisible: boolean): [string, string] => {
    const writer: WriterStatus = {
      kind: 'writer',
      taskId: 't',
      lane,
      baseVisible,
      deliveredLsn: null,
      deliveredAt: null,
      error: null,
    };
    return [`t/writer/${lane}`, JSON.stringify(writer)];
  };

  test('opens when the base of all lanes is visible', async () => {
    const board = new BarrierBoard(silentLogger);
    const whole = board.whole('t', 2, never);
    board.take(...status(0, true));
    board.take(...status(1, false));
    board.take('t/writer/1', 'no JSON');
    board.take('t/encoder/1', '{}');
    expect(await Promise.race([whole, Promise.resolve('waits')])).toBe('waits');
    board.take(...status(1, true));
    expect(await whole).toBe(true);
  });

  test('says no when the wait is given up', async () => {
    const ending = new AbortController();
    const whole = new BarrierBoard(silentLogger).whole('t', 1, ending.signal);
    ending.abort();
    expect(await whole).toBe(false);
  });
});

describe('decideTask', () => {
  test.each([
    ['active', 'run'],
    ['paused', 'run'],
    ['finished', 'release'],
    ['deleting', 'release'],
  ] as const)('%s: %s', (state, decision) => {
    expect(decideTask({ state })).toBe(decision);
  });

  test('a tombstone: release', () => expect(decideTask(null)).toBe('release'));
});

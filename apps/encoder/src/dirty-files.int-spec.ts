import { afterEach, expect, jest, test } from '@jest/globals';
import { dirtyRecord, type DirtyRecord } from '@lakeferry/contracts';
import { DeliveryError } from '@lakeferry/errors';
import { armFailpoint } from '@lakeferry/runtime/testing';
import { EncoderHarness } from './testing/encoder-harness.js';

jest.setTimeout(90_000);

const ROUNDS = 4;
const DIRTY = { note: null, oversize: ['note'] };
let task: EncoderHarness;

afterEach(async () => {
  await task[Symbol.asyncDispose]();
  expect(task.crashes).toEqual([]);
});

test('dirty fields follow the rows that they are of as files, once, though the lane dies', async () => {
  task = await EncoderHarness.open({ fileAgeSecondsMax: 0.3 });
  const { config } = task.task;
  task.task = { ...task.task, config: { ...config, ossDirtyPrefix: 'orders-dirty' } };
  await task.publishPlan();
  await task.want('active');
  let failures = 3;
  const fails = async () => {
    failures -= 1;
    if (failures >= 0) throw new DeliveryError('KAFKA_UNAVAILABLE', 'a test wants it so');
    return Promise.resolve();
  };
  using _ = armFailpoint('encoder.before-commit', fails);
  await task.startEncoder();
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = round * 3;
    await task.rows(0, [{ id }, { id: id + 1, ...DIRTY }, { id: id + 2, ...DIRTY }]);
    await task.files((round + 1) * 3);
  }
  expect(failures).toBeLessThan(0);

  const { files } = await task.files(ROUNDS * 3);
  const told: DirtyRecord[] = [];
  files.forEach(({ seal, chunks }, at) => {
    const behind = files[at + 1];
    if (seal.content === 'dirty') {
      expect(seal).toMatchObject({ prefix: 'orders-dirty', dirty: 0, phase: 'rows', lane: 0 });
      const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(seal.rows);
      told.push(...lines.map((line) => dirtyRecord.parse(JSON.parse(line))));
      return;
    }
    expect(seal).toMatchObject({ content: 'parquet', prefix: 'orders/day=20' });
    expect(behind?.seal).toMatchObject({ content: 'dirty', rows: seal.dirty });
    expect({ first: behind?.seal.first, last: behind?.seal.last }).toEqual({
      ...{ first: seal.first, last: seal.last },
    });
  });
  const expected = {
    op: 'c',
    at: '2026-11-20T10:00:00.000000Z',
    column: 'note',
    reason: 'oversize',
  };
  expect(told).toHaveLength(ROUNDS * 2);
  for (const field of told) expect(field).toMatchObject(expected);
  expect(new Set(told.map(({ identity }) => JSON.stringify(identity))).size).toBe(ROUNDS * 2);
  const rowFiles = files.filter(({ seal }) => seal.content === 'parquet');
  expect(new Set(told.map(({ fileId }) => fileId))).toEqual(
    new Set(rowFiles.map(({ seal }) => seal.fileId)),
  );
});

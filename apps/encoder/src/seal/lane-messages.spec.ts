import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  dirtyRecord,
  fileSeal,
  taskTopics,
  type DirtyRecord,
  type FileSeal,
  type LaneCheckpoint,
} from '@lakeferry/contracts';
import { dirtyFile } from './dirty-file.js';
import { DirtyNotes } from './dirty-notes.js';
import { laneMessages } from './lane-messages.js';

const topics = taskTopics('orders', '01234567-89ab-cdef-0123-456789abcdef');
const checkpoint = { next: '3' } as LaneCheckpoint;
const seal = (fileId: string) => ({ fileId }) as FileSeal;
const dirty: DirtyRecord = {
  v: 1,
  identity: [0, 1],
  column: 'note',
  reason: 'too long',
  value: 'x',
};

describe('laneMessages', () => {
  test('writes per file its chunks and its seal, and the mark behind them all', () => {
    const messages = laneMessages({
      topics,
      lane: 2,
      files: [
        {
          seal: seal('one'),
          chunks: [new Uint8Array([1, 2]), new Uint8Array([3])],
          dirty: [dirty],
        },
        { seal: seal('two'), chunks: [new Uint8Array([4])], dirty: [] },
      ],
      mark: { v: 1, lane: 2, baseSealed: true, lsn: '0/1', at: 'then' },
      checkpoint,
    });
    expect(messages.map(({ topic }) => topic)).toEqual([topics.lanes, topics.dirty, topics.files]);
    const files = messages[2]?.messages ?? [];
    expect(files.map(({ key, headers }) => [key, headers?.['kind'], headers?.['chunk']])).toEqual([
      ['one', 'chunk', '0'],
      ['one', 'chunk', '1'],
      ['one', 'seal', undefined],
      ['two', 'chunk', '0'],
      ['two', 'seal', undefined],
      ['mark', 'mark', undefined],
    ]);
    expect(messages[2]?.compression).toBe('none');
    expect(
      messages.flatMap((each) => each.messages).every(({ partition }) => partition === 2),
    ).toBe(true);
    expect(messages[1]?.messages[0]?.key).toBe('too long');
  });

  test('writes a checkpoint alone where there is nothing else', () => {
    const messages = laneMessages({ topics, lane: 0, files: [], mark: null, checkpoint });
    expect(messages.map(({ topic }) => topic)).toEqual([topics.lanes]);
  });
});

describe('DirtyNotes', () => {
  const fileId = '00000000-0000-4000-8000-000000000001';
  const field = (prefix: string, index: number) => ({
    prefix,
    identity: [0, index] as [number, number],
    ...{ op: 'r' as const, at: '2026-11-20T10:00:00.123456Z' },
    column: 'note',
    reason: 'too long',
    value: 'x',
  });

  test('gives the fields of a file with that file, once', () => {
    const notes = new DirtyNotes();
    notes.add([field('a', 1), field('b', 2), field('a', 3)]);
    const taken = notes.take({ fileId, prefix: 'a', dirty: 2, last: [0, 3] });
    expect(taken.map(({ identity }) => identity)).toEqual([
      [0, 1],
      [0, 3],
    ]);
    expect(dirtyRecord.parse(taken[0])).toEqual({
      ...{ v: 1, fileId, identity: [0, 1], op: 'r', at: '2026-11-20T10:00:00.123456Z' },
      ...{ column: 'note', reason: 'too long', value: 'x' },
    });
    expect(notes.take({ fileId, prefix: 'a', dirty: 0, last: [0, 3] })).toEqual([]);
  });

  test('lists a bounded number and tells of the rest', () => {
    const notes = new DirtyNotes();
    notes.add(Array.from({ length: 2000 }, (_, index) => field('a', index)));
    const taken = notes.take({ fileId, prefix: 'a', dirty: 2500, last: [0, 9] });
    expect(taken).toHaveLength(1001);
    expect(taken.at(-1)).toMatchObject({
      reason: 'not listed',
      value: '1500 more in the file of prefix a',
      omitted: 1500,
    });
    expect(dirtyRecord.safeParse(taken.at(-1)).success).toBe(true);
  });
});

describe('dirtyFile', () => {
  const rows: FileSeal = {
    ...{ v: 1, fileId: '00000000-0000-4000-8000-000000000001', lane: 3, phase: 'base' },
    ...{ content: 'parquet', prefix: 'a', rows: 9, bytes: 9, sha256: '0'.repeat(64), chunks: 1 },
    ...{ first: [0, 1], last: [0, 9], reason: 'age', dirty: 2, schemaVersion: 4 },
  };

  test('is a line per field, of the same lane and version as the rows', () => {
    const records = [dirty, { ...dirty, value: 'two\nlines ü' }];
    const { seal: sealed, chunks, dirty: none } = dirtyFile(rows, records, 'dirty/orders');
    expect(fileSeal.parse(sealed)).toMatchObject({
      ...{ lane: 3, phase: 'base', content: 'dirty', prefix: 'dirty/orders', rows: 2 },
      ...{ first: [0, 1], last: [0, 9], reason: 'age', dirty: 0, schemaVersion: 4, chunks: 1 },
    });
    expect(sealed.fileId).not.toBe(rows.fileId);
    const bytes = Buffer.concat(chunks);
    expect(sealed.bytes).toBe(bytes.length);
    expect(sealed.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const lines = bytes.toString('utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as DirtyRecord)).toEqual(records);
    expect(none).toEqual([]);
  });
});

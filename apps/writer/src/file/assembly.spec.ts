import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { FileSeal } from '@lakeferry/contracts';
import {
  checkDigest,
  decideAssembly,
  isRest,
  type FileRecord,
  type OpenAssembly,
} from './assembly.js';

const ID = randomUUID();
const OTHER = randomUUID();

function record(kind: string, over: Partial<FileRecord> & { chunk?: number; json?: unknown } = {}) {
  const { chunk, json, ...rest } = over;
  return {
    offset: 7n,
    key: Buffer.from(ID),
    value: json === undefined ? Buffer.from('bytes') : Buffer.from(JSON.stringify(json)),
    headers: { kind, ...(chunk === undefined ? {} : { chunk: String(chunk) }) },
    ...rest,
  };
}

const SEAL: FileSeal = {
  v: 1,
  fileId: ID,
  lane: 0,
  phase: 'rows',
  content: 'parquet',
  prefix: 'p',
  rows: 3,
  bytes: 10,
  sha256: 'a'.repeat(64),
  chunks: 2,
  first: ['0/1', '0/1', 0],
  last: ['0/2', '0/2', 0],
  reason: 'age',
  dirty: 0,
  schemaVersion: 1,
};
const MARK = { v: 1, lane: 0, baseSealed: false, lsn: '0/5', at: '2026-01-01T00:00:00Z' };
const OPEN: OpenAssembly = { fileId: ID, chunks: 2, bytes: 10 };

describe('decideAssembly', () => {
  it('takes chunks in order, the seal and marks between files', () => {
    expect(decideAssembly(undefined, record('chunk', { chunk: 0 }), 0)).toMatchObject({
      kind: 'begin',
      fileId: ID,
    });
    expect(decideAssembly(OPEN, record('chunk', { chunk: 2 }), 0)).toMatchObject({
      kind: 'append',
    });
    expect(decideAssembly(OPEN, record('seal', { json: SEAL }), 0)).toEqual({
      kind: 'seal',
      seal: SEAL,
    });
    expect(decideAssembly(undefined, record('mark', { json: MARK }), 0)).toEqual({
      kind: 'mark',
      mark: MARK,
    });
  });

  it.each<[string, OpenAssembly | undefined, FileRecord]>([
    ['starts in its middle', undefined, record('chunk', { chunk: 1 })],
    ['starts in its middle', undefined, record('chunk')],
    ['chunk is missing', OPEN, record('chunk', { chunk: 3 })],
    ['chunk is missing', OPEN, record('chunk', { chunk: 1 })],
    ['not sealed', OPEN, record('chunk', { chunk: 0, key: Buffer.from(OTHER) })],
    ['no file id', undefined, record('chunk', { chunk: 0, key: null })],
    ['no bytes', undefined, record('chunk', { chunk: 0, value: null })],
    ['has no chunks', undefined, record('seal', { json: SEAL })],
    ['of another file', { ...OPEN, fileId: OTHER }, record('seal', { json: SEAL })],
    ['counts other', { ...OPEN, chunks: 1 }, record('seal', { json: SEAL })],
    ['counts other', { ...OPEN, bytes: 9 }, record('seal', { json: SEAL })],
    ['of another lane', OPEN, record('seal', { json: { ...SEAL, lane: 1 } })],
    ['not of its form', OPEN, record('seal', { json: { ...SEAL, rows: -1 } })],
    ['not of its form', OPEN, record('seal', { value: Buffer.from('{') })],
    ['within a file', OPEN, record('mark', { json: MARK })],
    ['of another lane', undefined, record('mark', { json: { ...MARK, lane: 1 } })],
    ['not of its form', undefined, record('mark', { json: { ...MARK, v: 2 } })],
    ['neither chunk', undefined, record('else')],
  ])('halts when a file or seal or mark %s', (what, open, broken) => {
    let thrown: unknown;
    try {
      decideAssembly(open, broken, 0);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'CONTRACT_VIOLATION',
      message: expect.stringContaining(what),
    });
  });
});

describe('isRest', () => {
  it.each([
    ['first chunk', record('chunk', { chunk: 0 }), false],
    ['later chunk', record('chunk', { chunk: 1 }), true],
    ['seal', record('seal', { json: SEAL }), true],
    ['mark', record('mark', { json: MARK }), false],
  ])('%s: %p', (_name, each, expected) => {
    expect(isRest(each)).toBe(expected);
  });
});

describe('checkDigest', () => {
  it('halts on other bytes than those that were sealed', () => {
    expect(() => checkDigest(SEAL, SEAL.sha256, 1n)).not.toThrow();
    expect(() => checkDigest(SEAL, 'b'.repeat(64), 1n)).toThrow('differ from its seal');
  });
});

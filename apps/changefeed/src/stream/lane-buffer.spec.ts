import { describe, expect, it } from '@jest/globals';
import { RECORD_BYTES_MAX, type Mutation } from '@lakeferry/contracts';
import { IdentityRegister } from './identity-register.js';
import { LaneBuffer } from './lane-buffer.js';
import { cutOversizeRow } from './oversize-row.js';

function add(buffer: LaneBuffer, line: string, index: number): void {
  const bytes = Buffer.from(`${line}\n`);
  const identity = new IdentityRegister();
  identity.transaction(1n);
  identity.change(0, 1, index);
  buffer.append(bytes, 0, bytes.length, identity);
}

describe('LaneBuffer', () => {
  it('packs lines into one record with count and identities', () => {
    const buffer = new LaneBuffer();
    add(buffer, '{"a":1}', 0);
    add(buffer, '{"a":2}', 1);
    const [record, ...more] = buffer.take();
    expect(more).toEqual([]);
    expect(record?.value.toString()).toBe('{"a":1}\n{"a":2}\n');
    expect(record?.headers).toEqual({
      kind: 'mutations',
      rows: '2',
      first: '["0/1","0/1",0]',
      last: '["0/1","0/1",1]',
    });
    expect(buffer.isEmpty).toBe(true);
  });

  it('starts a new record before one would grow too large, and keeps every line in order', () => {
    const buffer = new LaneBuffer();
    const line = 'x'.repeat(200_000);
    for (let i = 0; i < 7; i++) add(buffer, `${i}${line}`, i);
    const records = buffer.take();
    expect(records.map((r) => r.headers['rows'])).toEqual(['2', '2', '2', '1']);
    for (const { value } of records) expect(value.length).toBeLessThanOrEqual(RECORD_BYTES_MAX);
    const text = Buffer.concat(records.map((r) => r.value)).toString();
    expect(text.split('\n').map((l) => l[0])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      undefined,
    ]);
  });

  it('keeps control records in their place', () => {
    const buffer = new LaneBuffer();
    add(buffer, '{}', 0);
    buffer.control({ control: 'watermark', lsn: '0/2', at: '2026-01-01T00:00:00Z' });
    add(buffer, '{}', 1);
    expect(buffer.take().map((r) => r.headers['kind'])).toEqual([
      'mutations',
      'watermark',
      'mutations',
    ]);
  });
});

describe('cutOversizeRow', () => {
  it('nulls the largest values until the row fits and names them', () => {
    const row = { id: 1, small: 'ok', big: 'x'.repeat(5000), bigger: 'y'.repeat(9000) };
    const line: Mutation = {
      op: 'c',
      table: 'public.t',
      lsn: '0/1',
      at: '2026-01-01T00:00:00.000000Z',
      change: ['0/1', 0],
      key: { id: 1 },
      row,
    };
    const cut = JSON.parse(cutOversizeRow(Buffer.from(JSON.stringify(line)), 6000).toString());
    expect(cut).toEqual({ ...line, row: { ...row, bigger: null }, oversize: ['bigger'] });
    const both = JSON.parse(cutOversizeRow(Buffer.from(JSON.stringify(line)), 1000).toString());
    expect(both.oversize).toEqual(['bigger', 'big']);
    expect(both.row).toEqual({ id: 1, small: 'ok', big: null, bigger: null });
  });

  it('cuts a delete, whose only values are its key', () => {
    const line: Mutation = {
      ...{ op: 'd', table: 'public.t', lsn: '0/1', at: '2026-01-01T00:00:00.000000Z' },
      ...{ change: ['0/1', 0], key: { id: 1, big: 'x'.repeat(5000) } },
    };
    const cut = JSON.parse(cutOversizeRow(Buffer.from(JSON.stringify(line)), 1000).toString());
    expect(cut).toEqual({ ...line, key: { id: 1, big: null }, oversize: ['big'] });
  });
});

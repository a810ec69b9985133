import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CHUNK_BYTES_MAX } from '@lakeferry/contracts';
import { EncoderThread } from './encoder-thread.js';
import type { LaneRecovery, LaneSpec } from './lane/lane-spec.js';
import { queryParquet } from './testing/index.js';

// Native readers and threads start slowly on a busy machine.
jest.setTimeout(60_000);

const SPEC: LaneSpec = {
  schema: [
    { columnName: 'id', ossColumnName: 'id', type: 'INT64', encode: 'PLAIN', sourceType: 'int8' },
    {
      columnName: 'note',
      ossColumnName: 'note',
      type: 'UTF8',
      encode: 'PLAIN',
      sourceType: 'text',
    },
  ],
  prefix: 'day=$dd',
  timeZone: 'UTC',
  codec: 'NONE',
  rowGroupBytesTarget: 200_000,
};
const RECOVERY: LaneRecovery = { phase: 'rows', before: null, sealed: [] };

function record(from: number, count: number, noteBytes = 10) {
  const lines = Array.from({ length: count }, (_, k) => {
    const id = from + k;
    const note = 'n'.repeat(noteBytes);
    return `{"op":"c","table":"public.t","lsn":"0/${(id + 1).toString(16)}","at":"2026-11-20T10:00:00.000000Z","change":["0/1",0],"row":{"id":${id},"note":"${note}"}}`;
  });
  return { offset: BigInt(from), value: Buffer.from(lines.join('\n')) };
}

describe('EncoderThread', () => {
  let thread: EncoderThread;
  beforeEach(async () => {
    thread = await EncoderThread.start({ inFlightMax: 2 });
  });
  afterEach(() => thread.close());

  it('encodes lanes side by side and seals files in chunks that add up', async () => {
    for (const lane of ['a', 'b']) await thread.openLane({ lane, spec: SPEC, recovery: RECOVERY });
    const appends = Array.from({ length: 10 }, (_, k) =>
      ['a', 'b'].map((lane) => thread.append({ lane, records: [record(k * 100, 100, 2000)] })),
    );
    await Promise.all(appends.flat());
    expect(await thread.memory()).toMatchObject({ openFiles: 2 });
    const sealed = await thread.seal({ lane: 'a', prefix: 'day=20' });
    expect(sealed).toMatchObject({ rows: 1000, firstOffset: 0n, dirty: 0 });
    expect(Math.max(...sealed.chunks.map(({ length }) => length))).toBeLessThanOrEqual(
      CHUNK_BYTES_MAX,
    );
    expect(sealed.chunks.length).toBeGreaterThan(1);
    expect(createHash('sha256').update(Buffer.concat(sealed.chunks)).digest('hex')).toBe(
      sealed.sha256,
    );
    expect(await queryParquet(sealed.chunks, 'SELECT count(*), sum(id) FROM $file')).toEqual([
      [1000n, 499500n],
    ]);
    const second = await thread.seal({ lane: 'b', prefix: 'day=20' });
    expect(Buffer.concat(second.chunks).equals(Buffer.concat(sealed.chunks))).toBe(true);
    expect(await thread.memory()).toMatchObject({ openFiles: 0, encodedBytes: 0 });
  });

  it('starts a lane again where its checkpoint says, and drops what it held', async () => {
    const lane = 'a';
    await thread.openLane({ lane, spec: SPEC, recovery: RECOVERY });
    await thread.append({ lane, records: [record(0, 10)] });
    const recovery: LaneRecovery = { ...RECOVERY, before: ['0/5', '0/1', 0] };
    await thread.openLane({ lane, spec: SPEC, recovery });
    const again = await thread.append({ lane, records: [record(0, 10), record(10, 1)] });
    expect(again.counts).toMatchObject({ duplicates: 5, delivered: 6 });
    expect(again.files).toMatchObject([{ first: ['0/6', '0/1', 0], before: ['0/5', '0/1', 0] }]);
  });

  it('answers with the error of the lane and goes on with the others', async () => {
    for (const lane of ['a', 'b']) await thread.openLane({ lane, spec: SPEC, recovery: RECOVERY });
    await thread.append({ lane: 'a', records: [record(5, 1)] });
    await expect(thread.append({ lane: 'a', records: [record(5, 1)] })).rejects.toMatchObject({
      code: 'ORDER_VIOLATION',
    });
    await expect(thread.seal({ lane: 'c', prefix: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { counts } = await thread.append({ lane: 'b', records: [record(5, 1)] });
    expect(counts.delivered).toBe(1);
  });

  it('rejects everything when the thread ends', async () => {
    await thread.openLane({ lane: 'a', spec: SPEC, recovery: RECOVERY });
    const pending = Array.from({ length: 5 }, (_, k) =>
      thread.append({ lane: 'a', records: [record(k * 5000, 5000)] }),
    );
    const outcome = Promise.allSettled(pending);
    await thread.close();
    const states = (await outcome).map(({ status }) => status);
    expect(states).toContain('rejected');
    await expect(thread.memory()).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
    expect(await thread.exited).toBeNull();
  });
});

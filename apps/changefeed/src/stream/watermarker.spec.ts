import { describe, expect, it } from '@jest/globals';
import type { PgSession } from '@lakeferry/postgres';
import {
  COMMIT_TIME_MARGIN_MS,
  Watermarker,
  watermarkRecord,
  watermarkTime,
} from './watermarker.js';

describe('watermarkTime', () => {
  it('stays behind the clock of the source by the margin of commit times', () => {
    const at = '2026-11-20T10:00:00.123456Z';
    expect(Date.parse(at) - Date.parse(watermarkTime(at))).toBe(COMMIT_TIME_MARGIN_MS);
  });
});

describe('watermarkRecord', () => {
  it('is a control record with the LSN as PostgreSQL prints it', () => {
    expect(watermarkRecord({ lsn: 0x1_0000_00ffn, at: 'now' })).toEqual({
      control: 'watermark',
      lsn: '1/FF',
      at: 'now',
    });
  });
});

describe('Watermarker', () => {
  it('emits a point only once the stream has passed it, each point once', async () => {
    const stop = new AbortController();
    const emitted: bigint[] = [];
    let passedLsn = 0n;
    let turns = 0;
    const geometry = { block_bytes: 8192, segment_bytes: 16 * 1024 * 1024 };
    const positions = [
      { insert_lsn: '0/200', flush_lsn: '0/200', at: '2026-01-01T00:00:00.000000Z', ...geometry },
      { insert_lsn: '0/300', flush_lsn: '0/300', at: '2026-01-01T00:00:02.000000Z', ...geometry },
    ];
    const session = {
      query: () => Promise.resolve(positions.splice(0, 1)),
    } as unknown as PgSession;
    const watermarker: Watermarker = new Watermarker({
      session,
      everyMs: 1,
      clock: {
        now: () => 0,
        sleep: () => {
          turns += 1;
          if (turns === 1) expect(emitted).toEqual([]);
          passedLsn = turns === 1 ? 0x1ffn : 0x1_000n;
          watermarker.passed();
          if (turns === 2) expect(emitted).toEqual([0x200n]);
          if (turns >= 3) stop.abort();
          return Promise.resolve();
        },
      },
      passedLsn: () => passedLsn,
      requestReply: () => undefined,
      check: () => Promise.resolve(),
      onWatermark: ({ lsn }) => emitted.push(lsn),
    });
    await watermarker.run(stop.signal);
    expect(emitted).toEqual([0x200n, 0x300n]);
  });
});

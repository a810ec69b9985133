import { describe, expect, it } from '@jest/globals';
import { lsnOf } from './lsn.js';
import type { SlotState } from './slot.js';
import { decideStart, type StreamPosition } from './start-decision.js';

const identity = { systemId: '7', timeline: 1, database: 'shop' };
const position: StreamPosition = { ...identity, slotName: 'lakeferry', lsn: lsnOf(100n) };
const slot: SlotState = {
  plugin: 'pgoutput',
  database: 'shop',
  temporary: false,
  activePid: null,
  walStatus: 'reserved',
  restartLsn: lsnOf(50n),
  confirmedFlushLsn: lsnOf(90n),
  retainedBytes: 0,
  invalidationReason: null,
};

describe('decideStart', () => {
  it.each([
    ['nothing yet, no slot', null, null, 'create'],
    ['nothing yet, a slot', null, slot, 'start'],
    ['a position and its slot', position, slot, 'start'],
    ['a held slot', position, { ...slot, activePid: 7 }, 'start'],
    ['a slot at the position', position, { ...slot, confirmedFlushLsn: lsnOf(100n) }, 'start'],
    ['WAL beyond its limit but there', position, { ...slot, walStatus: 'unreserved' }, 'start'],
    [
      'a slot that was dropped and made anew, beyond it',
      position,
      { ...slot, confirmedFlushLsn: lsnOf(101n) },
      'SOURCE_SLOT_AHEAD',
    ],
    ['no slot any more', position, null, 'SOURCE_SLOT_MISSING'],
    ['a lost slot', position, { ...slot, walStatus: 'lost' }, 'SOURCE_SLOT_LOST'],
    ['a slot without log', position, { ...slot, restartLsn: null }, 'SOURCE_SLOT_LOST'],
    [
      'an idle slot that was given up',
      position,
      { ...slot, invalidationReason: 'idle_timeout' },
      'SOURCE_SLOT_LOST',
    ],
    ['a slot of another plugin', position, { ...slot, plugin: 'wal2json' }, 'SOURCE_SLOT_MISSING'],
    ['a slot of another database', null, { ...slot, database: 'x' }, 'SOURCE_SLOT_MISSING'],
    ['another system', { ...position, systemId: '8' }, slot, 'SOURCE_IDENTITY_CHANGED'],
    ['another timeline', { ...position, timeline: 2 }, slot, 'SOURCE_IDENTITY_CHANGED'],
    ['another database', { ...position, database: 'x' }, slot, 'SOURCE_IDENTITY_CHANGED'],
    [
      'another system without the slot',
      { ...position, systemId: '8' },
      null,
      'SOURCE_IDENTITY_CHANGED',
    ],
  ])('%s', (...[, given, found, expected]) => {
    const decision = decideStart({ position: given, slot: found, identity });
    expect(decision.kind === 'halt' ? decision.code : decision.kind).toBe(expected);
  });

  it('starts from the position, or from where a slot of its own stands', () => {
    expect(decideStart({ position, slot, identity })).toEqual({ kind: 'start', from: 100n });
    expect(decideStart({ position: null, slot, identity })).toEqual({ kind: 'start', from: 90n });
  });
});

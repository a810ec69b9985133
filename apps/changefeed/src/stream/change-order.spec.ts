import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareChangeIdentity, type ChangeIdentity } from '@lakeferry/contracts';
import { ChangeOrder } from './change-order.js';

const HIGH = 0x1_0000_0000n;

describe('ChangeOrder', () => {
  it('publishes ascending changes and calls repetition a violation', () => {
    const order = new ChangeOrder(null);
    expect(order.begin(100n)).toBe('publish');
    expect(order.change(0, 90, 0)).toBe('publish');
    expect(order.change(0, 90, 1)).toBe('publish');
    expect(order.change(0, 90, 1)).toBe('violation');
    expect(order.change(0, 80, 0)).toBe('violation');
    expect(order.change(1, 0, 0)).toBe('publish');
    expect(order.begin(100n)).toBe('violation');
    expect(order.begin(99n)).toBe('violation');
  });

  it('skips what was published before recovery, in the middle of a transaction too', () => {
    const order = new ChangeOrder({ commitLsn: 100n, changeLsn: 90n, index: 1 });
    expect(order.begin(50n)).toBe('skip');
    expect(order.begin(100n)).toBe('publish');
    expect(order.change(0, 80, 0)).toBe('skip');
    expect(order.change(0, 90, 1)).toBe('skip');
    expect(order.change(0, 90, 2)).toBe('publish');
    expect(order.change(0, 90, 2)).toBe('violation');
  });

  it('publishes each change exactly once over any crash point', () => {
    const changes: ChangeIdentity[] = [];
    for (const commitLsn of [100n, 200n, HIGH + 5n]) {
      for (const changeLsn of [commitLsn - 50n, commitLsn - 20n]) {
        for (const index of [0, 1]) changes.push({ commitLsn, changeLsn, index });
      }
    }
    fc.assert(
      fc.property(fc.array(fc.nat(changes.length), { maxLength: 4 }), (crashes) => {
        const published: ChangeIdentity[] = [];
        for (const crashAfter of [...crashes, changes.length]) {
          const order = new ChangeOrder(published.at(-1) ?? null);
          let transaction = -1n;
          let skipped = false;
          let budget = crashAfter;
          for (const change of changes) {
            if (change.commitLsn !== transaction) {
              transaction = change.commitLsn;
              skipped = order.begin(transaction) === 'skip';
            }
            if (skipped) continue;
            const verdict = order.change(
              Number(change.changeLsn >> 32n),
              Number(change.changeLsn & 0xffffffffn),
              change.index,
            );
            expect(verdict).not.toBe('violation');
            if (verdict === 'publish' && budget > 0) {
              published.push(change);
              budget -= 1;
            } else if (verdict === 'publish') break;
          }
        }
        expect(published).toEqual([...changes].sort(compareChangeIdentity));
      }),
    );
  });
});

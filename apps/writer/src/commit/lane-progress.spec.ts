import { describe, expect, it } from '@jest/globals';
import type { FileMark } from '@lakeferry/contracts';
import { advance, startOf } from './lane-progress.js';

const mark = (lsn: string | null, baseSealed = false): FileMark => ({
  ...{ v: 1, lane: 0, baseSealed, lsn },
  at: lsn === null ? null : `at ${lsn}`,
});

describe('advance', () => {
  const start = startOf('task', 0);

  it('takes the newest of the marks that were passed', () => {
    expect(advance(start, 9n, [mark('0/5'), mark('0/A'), mark('1/0')])).toMatchObject({
      nextOffset: 9n,
      deliveredLsn: '1/0',
      deliveredAt: 'at 1/0',
      baseVisible: false,
    });
  });

  it('knows the base as visible once its mark was passed, and for ever', () => {
    const visible = advance(start, 5n, [mark(null, true)]);
    expect(visible).toMatchObject({ baseVisible: true, deliveredLsn: null });
    expect(advance(visible, 6n, [mark('0/1', false)]).baseVisible).toBe(true);
  });

  it('knows the most that it was told of lanes that came later', () => {
    const openings = [{ opened: 2, lsn: '0/3', at: null }];
    const told = advance(start, 5n, [{ ...mark('0/5'), openings }, mark('0/6')]);
    expect(told.openings).toEqual(openings);
    expect(advance(told, 6n, [{ ...mark('0/7'), openings: [] }]).openings).toEqual(openings);
  });

  it('never goes back', () => {
    const far = advance(start, 5n, [mark('2/0')]);
    expect(advance(far, 6n, [mark('1/FFFFFFFF')])).toMatchObject({
      nextOffset: 6n,
      deliveredLsn: '2/0',
      deliveredAt: 'at 2/0',
    });
    expect(advance(far, 3n, []).nextOffset).toBe(5n);
  });
});

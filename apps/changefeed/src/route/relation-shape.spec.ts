import { describe, expect, it } from '@jest/globals';
import { judgeShape, type CatalogShape } from './relation-shape.js';

const TEXT = 25;

/** `id:1 note:2`, with `/type` where it is not text. */
function columns(text: string) {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [, name = '', attnum = '0', type = String(TEXT)] =
        /^(\w+)(?::(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
      return { name, attnum: Number(attnum), typeOid: Number(type) };
    });
}

function catalog(live: string, dropped: number[] = []): CatalogShape {
  return { live: columns(live), dropped };
}

const seen = (text: string) => columns(text).map(({ name, typeOid }) => ({ name, typeOid }));

function judge(known: string, now: string, present: CatalogShape | null, newMatter = false) {
  const facts = { known: columns(known), seen: seen(now), catalog: present, newMatter };
  return judgeShape({ ...facts, delivered: [1, 2] });
}

const KNOWN = 'id:1 a:2 b:3';

const decided: [string, string, CatalogShape, string][] = [
  ['a column was renamed', 'id z b', catalog('id:1 z:2 b:3'), 'id:1 z:2 b:3'],
  ['and renamed again since', 'id z b', catalog('id:1 y:2 b:3'), 'id:1 z:2 b:3'],
  ['a column was dropped', 'id b', catalog('id:1 b:3', [2]), 'id:1 b:3'],
  ['the last one was dropped', 'id a', catalog('id:1 a:2', [3]), 'id:1 a:2'],
  ['two exchanged their names', 'id b a', catalog('id:1 b:2 a:3'), 'id:1 b:2 a:3'],
  ['one was dropped while another came', 'id b c', catalog('id:1 b:3 c:4', [2]), 'id:1 b:3 c:4'],
  ['one was dropped, another came and went', 'id b z', catalog('id:1 b:3', [2, 4]), 'id:1 b:3 z:4'],
  [
    'one was renamed, and dropped since, while another came',
    'id z b',
    catalog('id:1 b:3 c:4', [2]),
    'id:1 z:2 b:3',
  ],
  ['one came back under its name', 'id b a', catalog('id:1 b:3 a:4', [2]), 'id:1 b:3 a:4'],
  ['a type changed', 'id a/20 b', catalog('id:1 a:2/20 b:3'), 'id:1 a:2/20 b:3'],
  ['a type changed, and changed again', 'id a/20 b', catalog(KNOWN), 'id:1 a:2/20 b:3'],
  [
    'one came, and the stream is behind a drop',
    'id z b c',
    catalog('id:1 b:3 c:4', [2]),
    'id:1 z:2 b:3 c:4',
  ],
  [
    'renamed, with two behind that are of no concern',
    'id z b',
    catalog('id:1 z:2 b:3 c:4 d:5'),
    'id:1 z:2 b:3',
  ],
];

describe('judgeShape', () => {
  it.each([
    ['what is known', 'id a b'],
    ['with a new column behind', 'id a b c'],
  ])('needs no catalog for %s', (_what, now) => {
    expect(judge(KNOWN, now, null)).toEqual({ kind: 'same' });
  });

  it.each([['id b'], ['id z b'], ['id b a'], ['id a/20 b'], ['id z a b']])(
    'asks for the catalog when it sees %s',
    (now) => {
      expect(judge(KNOWN, now, null)).toEqual({ kind: 'unknown' });
    },
  );

  it('numbers a new column where new ones matter', () => {
    expect(judge(KNOWN, 'id a b c', null, true)).toEqual({ kind: 'unknown' });
    expect(judge(KNOWN, 'id a b', null, true)).toEqual({ kind: 'same' });
    const shape = columns('id:1 a:2 b:3 c:5');
    const present = catalog('id:1 a:2 b:3 c:5 d:6', [4]);
    expect(judge(KNOWN, 'id a b c', present, true)).toEqual({ kind: 'changed', shape });
  });

  it.each(decided)('numbers the columns when %s', (_what, now, present, numbered) => {
    expect(judge(KNOWN, now, present)).toEqual({
      kind: 'changed',
      shape: columns(numbered),
    });
  });

  it('does not guess between a renamed column and one that came as another went', () => {
    const present = catalog('id:1', [2, 3]);
    expect(judge('id:1 a:2', 'id z', present)).toEqual({ kind: 'undecidable' });
  });

  it('need not know which is which of columns that are not delivered, unless new ones are', () => {
    const present = catalog('id:1 a:2', [3, 4]);
    expect(judge(KNOWN, 'id a z', present).kind).toBe('changed');
    expect(judge(KNOWN, 'id a z', present, true)).toEqual({ kind: 'undecidable' });
  });

  it('is not sure of a column that was renamed and renamed again while another was dropped', () => {
    const present = catalog('id:1 y:3 w:4', [2]);
    expect(judge(KNOWN, 'id z v', present)).toEqual({ kind: 'undecidable' });
  });

  it('takes the catalog for a table of which nothing was known', () => {
    const shape = columns('id:1 a:2');
    expect(judge('', 'id a', catalog('id:1 a:2'))).toEqual({ kind: 'changed', shape });
  });

  it('knows a table of which nothing was known by its names, however many columns were dropped', () => {
    const live = Array.from({ length: 30 }, (_, index) => `c${index}:${index + 4}`).join(' ');
    const present = catalog(live, [1, 2, 3]);
    expect(judge('', live, present)).toEqual({ kind: 'changed', shape: columns(live) });
  });

  it('gives up on a table that was altered beyond telling', () => {
    const many = Array.from({ length: 40 }, (_, index) => index + 2);
    const names = many.slice(20).map((n) => `x${n}`);
    const verdict = judge('id:1 a:2', `id ${names.join(' ')}`, catalog('id:1', many));
    expect(verdict).toEqual({ kind: 'undecidable' });
  });
});

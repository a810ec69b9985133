import { expect, test } from '@jest/globals';
import { QUOTED_FIGURES } from './quoted-figures.js';

test('says that it is quoted wherever it is shown, and every row has every cell', () => {
  const { note, head, rows } = QUOTED_FIGURES;
  expect(note).toMatch(/^Not measured in this run/);
  expect(head[0]).toMatch(/measured elsewhere/);
  for (const row of rows) expect(row).toHaveLength(head.length);
});

import { expect, test } from '@jest/globals';
import { objectTree } from './object-tree.js';

test('the tree adds up rows and sizes and shows the first names of a folder', () => {
  const objects = [10, 2, 1].map((sequence) => ({
    key: `f/year=2001/month=01/t_0_f_year=2001_month=01__${sequence}`,
    rows: 1000,
    bytes: 1024 * 1024,
  }));
  const tree = objectTree([
    ...objects,
    { key: 'f/year=2001/month=02/t_0_x__1', rows: 5, bytes: 512 },
  ]);
  expect(tree.map((line) => line.replace(/ {2,}/g, ' ').trim())).toEqual([
    'f/ 3,005 rows 3.0 MiB 4 objects',
    'year=2001/ 3,005 rows 3.0 MiB 4 objects',
    'month=01/ 3,000 rows 3.0 MiB 3 objects',
    't_0_f_year=2001_month=01__1 1,000 rows 1.0 MiB',
    't_0_f_year=2001_month=01__2 1,000 rows 1.0 MiB',
    '… and 1 more',
    'month=02/ 5 rows 0.5 KiB 1 object',
    't_0_x__1 5 rows 0.5 KiB',
  ]);
});

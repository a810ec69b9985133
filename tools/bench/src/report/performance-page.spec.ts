import { describe, expect, it } from '@jest/globals';
import type { BenchResult } from './bench-result.js';
import { formatted } from './formatted.js';
import { performancePage, pictureOf } from './performance-page.js';
import { performanceSection } from './performance-section.js';
import { RESULT } from './testing/example-result.js';

const PAGE =
  '# Performance\n\nBefore.\n\n<!-- bench:begin -->\n\nOld.\n\n<!-- bench:end -->\n\nBehind.\n';
const sectionOf = (result: BenchResult) =>
  formatted(performancePage(PAGE, [result]), 'docs/performance.md');

describe('the page', () => {
  it('has everything of a result between its marks', async () => {
    expect(await sectionOf(RESULT)).toBe(`# Performance

Before.

<!-- bench:begin -->

## Base scan

\`npm run bench -- base\` at commit \`0a1b2c3\` on 2026-05-04: 2 × A processor, 15.6 GiB, Node.js 24.21.0, Linux 6.1.

Settings: rows 1,000,000; file target 64 MiB.

| contestant      | runs |  rows/s |               range | CPU s per M rows |     range | highest RSS, MiB | of      |
| --------------- | ---: | ------: | ------------------: | ---------------: | --------: | ---------------: | ------- |
| Lakeferry       |    2 | 225,000 |   200,000 – 250,000 |              3.5 |     3 – 4 |              300 | encoder |
| Lakeferry again |    2 | 250,000 |   250,000 – 250,000 |                3 |     3 – 3 |              300 | encoder |
| COPY            |    2 | 750,000 | 500,000 – 1,000,000 |              0.5 | 0.5 – 0.5 |                  |         |

| ratio                      | of               | measured |   by rounds | at least |   aim | met      | note               |
| -------------------------- | ---------------- | -------: | ----------: | -------: | ----: | -------- | ------------------ |
| Lakeferry : COPY           | rows/s           | 1 : 3.33 | 1 : 4 – 2.5 |    1 : 6 | 1 : 2 | at least |                    |
| COPY : Lakeferry (encoder) | CPU s per M rows |  1 : 4.5 |   1 : 5 – 4 |    1 : 2 |       | no       | without what reads |

Noise: Lakeferry and Lakeferry again are the same. Their medians differ by 11.1 % (a single round by up to 25.0 %) in rows/s and by 16.7 % (a single round by up to 33.3 %) in CPU seconds.

**Volume**

| contestant | bytes \\| row |
| ---------- | -----------: |
| Lakeferry  |         56.9 |

Compressed.

![Rows per second (rows/s)](performance/base-1.svg)

<!-- bench:end -->

Behind.
`);
  });

  it.each([
    [{ least: 1 / 6, aim: 1 / 2 }, 'at least'],
    [{ least: 1 / 6, aim: 1 / 4 }, 'aim'],
    [{ least: 1 / 6 }, 'at least'],
    [{ least: 1 / 2 }, 'no'],
    [{ aim: 1 / 2 }, 'no'],
    [{}, ''],
  ])('says which goal a ratio of 1 : 3.33 has met of %j', (goals, met) => {
    const ratio = { numerator: 'Lakeferry', denominator: 'COPY', of: 'rowsPerSecond' } as const;
    const section = performanceSection({ ...RESULT, ratios: [{ ...ratio, ...goals }] }, []);
    expect(section).toContain(` | ${met} |  |`);
  });

  it('goes from mark to mark, however often it is written', () => {
    const once = performancePage(PAGE, [RESULT, { ...RESULT, experiment: 'files' }]);
    expect(performancePage(once, [])).toBe(performancePage(PAGE, []));
    expect(once).toContain(`](${pictureOf('files', 0)})`);
  });

  it.each(['no marks', '<!-- bench:end --> <!-- bench:begin -->'])('is refused with %s', (page) => {
    expect(() => performancePage(page, [])).toThrow('<!-- bench:begin -->');
  });
});

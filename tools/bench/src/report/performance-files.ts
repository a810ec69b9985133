import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import { formatted } from './formatted.js';
import { performancePage, pictureOf } from './performance-page.js';
import { benchResults } from './results-file.js';
import { svgChart } from './svg-chart.js';

export const PERFORMANCE_PAGE = join(CHECKOUT, 'docs', 'performance.md');
/** Holds the pictures of the page, and nothing else. */
export const PICTURES_FOLDER = join(dirname(PERFORMANCE_PAGE), 'performance');

/** By path: the page and its pictures, as the results on record have them. */
export async function performanceFiles(): Promise<Map<string, string>> {
  const results = benchResults();
  const page = performancePage(readFileSync(PERFORMANCE_PAGE, 'utf8'), results);
  const pictures = results.flatMap(({ experiment, charts }) =>
    charts.map((chart, index) => [
      join(dirname(PERFORMANCE_PAGE), pictureOf(experiment, index)),
      svgChart(chart),
    ]),
  );
  return new Map([
    [PERFORMANCE_PAGE, await formatted(page, PERFORMANCE_PAGE)],
    ...(pictures as [string, string][]),
  ]);
}

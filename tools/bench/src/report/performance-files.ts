import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '@lakeferry/stack';
import { formatted } from './formatted.js';
import { performancePage, pictureOf } from './performance-page.js';
import { benchResults, RESULTS_FOLDER } from './results-file.js';
import { svgChart } from './svg-chart.js';

export interface PerformancePlaces {
  readonly page: string;
  readonly results: string;
}

export const PERFORMANCE_PLACES: PerformancePlaces = {
  page: join(CHECKOUT, 'docs', 'performance.md'),
  results: RESULTS_FOLDER,
};

/** Where the pictures of a page are, and nothing else. */
export function picturesFolder({ page }: PerformancePlaces): string {
  return join(dirname(page), 'performance');
}

/** By path: the page and its pictures, as the results on record have them. */
export async function performanceFiles(places = PERFORMANCE_PLACES): Promise<Map<string, string>> {
  const results = benchResults(places.results);
  const page = performancePage(readFileSync(places.page, 'utf8'), results);
  const files = new Map([[places.page, await formatted(page, places.page)]]);
  for (const { experiment, charts } of results) {
    for (const [index, chart] of charts.entries()) {
      files.set(join(dirname(places.page), pictureOf(experiment, index)), svgChart(chart));
    }
  }
  return files;
}

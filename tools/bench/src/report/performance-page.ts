import type { BenchResult } from './bench-result.js';
import { performanceSection } from './performance-section.js';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** Where the picture of a chart is, seen from the page. Pure. */
export function pictureOf(experiment: string, index: number): string {
  return `performance/${experiment}-${index + 1}.svg`;
}

/**
 * The page with what the results say between its marks; all else of it stays. Pure.
 *
 * @param results in the order of their sections
 */
export function performancePage(page: string, results: readonly BenchResult[]): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to < from) throw new Error(`the page has no ${BEGIN} before ${END}`);
  const sections = results.map((result) =>
    performanceSection(
      result,
      result.charts.map((_, index) => pictureOf(result.experiment, index)),
    ),
  );
  return [page.slice(0, from) + BEGIN, ...sections, page.slice(to)].join('\n\n');
}

import { left, right } from './columns.js';
import { noiseOf, type Noise } from '../series/ratio.js';
import { summaryOf, type SeriesSummary } from '../series/summary.js';
import { measuredRatio, seriesOf, type BenchResult, type Comparison } from './bench-result.js';
import type { Chart } from './chart.js';
import { exactNumber, figure, percent, ratioRange, ratioText } from './figures.js';
import { tableLines } from './markdown-lines.js';

/**
 * What a page says of an experiment, as Markdown. Pure.
 *
 * @param pictures where its charts are, in their order
 */
export function performanceSection(result: BenchResult, pictures: readonly string[]): string {
  const { title, tables, charts } = result;
  const blocks = [
    [`## ${title}`],
    [whereAndWhen(result)],
    settingsLines(result),
    seriesLines(result),
    ratioLines(result),
    noiseLines(result),
    ...tables.flatMap((table) => [
      [`**${table.title}**`],
      tableLines(table),
      table.note === undefined ? [] : [table.note],
    ]),
    ...charts.map((chart, index) => [`![${alternative(chart)}](${pictures[index] ?? ''})`]),
  ];
  return blocks
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function whereAndWhen({ command, commit, at, machine }: BenchResult): string {
  const { cpus, model, memoryGiB, node, os } = machine;
  return (
    `\`${command}\` at commit \`${commit}\` on ${at.slice(0, 10)}: ${cpus} × ${model}, ` +
    `${exactNumber(memoryGiB)} GiB, Node.js ${node}, ${os}.`
  );
}

function settingsLines({ settings }: BenchResult): string[] {
  const said = Object.entries(settings).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? exactNumber(value) : value}`,
  );
  return said.length === 0 ? [] : [`Settings: ${said.join('; ')}.`];
}

function seriesLines({ series }: BenchResult): string[] {
  if (series.length === 0) return [];
  const columns = [left('contestant'), right('runs'), right('rows/s'), right('range')];
  const costs = [right('CPU s per M rows'), right('range'), right('highest RSS, MiB'), left('of')];
  const rows = series.map((each) => summaryOf(each)).map(seriesRow);
  return tableLines({ columns: [...columns, ...costs], rows });
}

function seriesRow(summary: SeriesSummary): string[] {
  const { contestant, runs, rowsPerSecond, cpuPerMillion, rssPeakMiB } = summary;
  const [process, rss] = Object.entries(rssPeakMiB).reduce<readonly [string, number | null]>(
    (highest, [name, value]) => (value > (highest[1] ?? 0) ? [name, value] : highest),
    ['', null],
  );
  return [
    ...[contestant, String(runs), figure(rowsPerSecond.median)],
    `${figure(rowsPerSecond.least)} – ${figure(rowsPerSecond.most)}`,
    ...(cpuPerMillion === null
      ? ['', '']
      : [
          figure(cpuPerMillion.median),
          `${figure(cpuPerMillion.least)} – ${figure(cpuPerMillion.most)}`,
        ]),
    ...[rss === null ? '' : exactNumber(Math.round(rss)), process],
  ];
}

function ratioLines(result: BenchResult): string[] {
  if (result.ratios.length === 0) return [];
  const columns = [left('ratio'), left('of'), right('measured'), right('by rounds')];
  const goals = [right('at least'), right('aim'), left('met'), left('note')];
  const rows = result.ratios.map((ratio) => ratioRow(result, ratio));
  return tableLines({ columns: [...columns, ...goals], rows });
}

function ratioRow(result: BenchResult, ratio: Comparison): string[] {
  const { numerator, denominator, of, processes, least, aim, note = '' } = ratio;
  const measured = measuredRatio(result, ratio);
  const ofProcesses = (names: readonly string[] | undefined) =>
    names === undefined ? '' : ` (${names.join(', ')})`;
  const sides = [
    `${numerator}${ofProcesses(processes?.numerator)}`,
    `${denominator}${ofProcesses(processes?.denominator)}`,
  ];
  return [
    ...[sides.join(' : '), of === 'rowsPerSecond' ? 'rows/s' : 'CPU s per M rows'],
    ratioText(measured.median),
    ratioRange(measured),
    least === undefined ? '' : ratioText(least),
    aim === undefined ? '' : ratioText(aim),
    verdict(measured.median, { least, aim }),
    note,
  ];
}

/** Whether a ratio is as high as it has to be. */
function verdict(
  ratio: number,
  { least, aim }: { readonly least: number | undefined; readonly aim: number | undefined },
): string {
  if (least === undefined && aim === undefined) return '';
  if (aim !== undefined && ratio >= aim) return 'aim';
  return least !== undefined && ratio >= least ? 'at least' : 'no';
}

function noiseLines(result: BenchResult): string[] {
  if (result.noise === undefined) return [];
  const { contestant, again } = result.noise;
  const noise = noiseOf(seriesOf(result, contestant), seriesOf(result, again));
  const said = ({ ofMedians, ofRounds }: Noise) =>
    `${percent(ofMedians)} (a single round by up to ${percent(ofRounds)})`;
  return [
    `Noise: ${contestant} and ${again} are the same. Their medians differ by ` +
      `${said(noise.rowsPerSecond)} in rows/s and by ${said(noise.cpuPerMillion)} in CPU seconds.`,
  ];
}

/** Instead of the picture, for who can't see it. */
function alternative(chart: Chart): string {
  const unit = chart.kind === 'bars' ? chart.unit : chart.y.title;
  return `${chart.title} (${unit})`.replaceAll(/[[\]]/g, '');
}

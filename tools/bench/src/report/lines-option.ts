import type { EChartsOption, XAXisComponentOption } from 'echarts';
import type { LinesChart } from './chart.js';
import {
  CHARACTER_WIDTH,
  GRID_INK,
  INK,
  LINE_HEIGHT,
  PADDING,
  PALETTE,
  TEXT,
  titleOf,
} from './chart-style.js';
import { tick } from './figures.js';
import { wrapped } from './wrapped-text.js';

const PLOT_HEIGHT = 260;
/** Below the title: half of the highest value at the axis reaches into it. */
const PLOT_GAP = 8;
const AXIS_HEIGHT = 48;
/** Of the axis at the left: its title, turned, and its values. */
const AXIS_WIDTH = 84;
const NAME_CHARACTERS_MAX = 22;
const SYMBOL_SIZE = 9;
const SYMBOL_WIDTH = 32;
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond'] as const;
/** More of them than these are not all named at the axis. */
const NAMED_VALUES_MAX = 12;

/** Lines with a mark at each point; their names at the right. Pure. */
export function linesOption(chart: LinesChart): { option: EChartsOption; height: number } {
  const title = titleOf(chart.title);
  const top = title.height + PLOT_GAP;
  const names = chart.series.map(({ name }) => wrapped(name, NAME_CHARACTERS_MAX));
  const longest = Math.max(...names.flat().map(({ length }) => length));
  const legendWidth = SYMBOL_WIDTH + longest * CHARACTER_WIDTH;
  const isAlone = chart.series.length === 1;
  const legendHeight = names.reduce((sum, { length }) => sum + length * LINE_HEIGHT + 10, 0);
  const plotHeight = Math.max(PLOT_HEIGHT, isAlone ? 0 : legendHeight);
  const option: EChartsOption = {
    title: title.option,
    color: [...PALETTE],
    grid: {
      ...{ left: AXIS_WIDTH, top, height: plotHeight },
      right: 2 * PADDING + (isAlone ? 0 : legendWidth),
    },
    legend: {
      ...{ show: !isAlone, orient: 'vertical', right: PADDING, top, padding: 0 },
      ...{ width: legendWidth, itemGap: 10, itemWidth: 24, selectedMode: false, align: 'left' },
      textStyle: { ...TEXT, lineHeight: LINE_HEIGHT },
      formatter: (name) => wrapped(name, NAME_CHARACTERS_MAX).join('\n'),
    },
    xAxis: xAxis(chart),
    yAxis: {
      type: 'value',
      min: 0,
      name: chart.y.title,
      nameLocation: 'middle',
      nameGap: AXIS_WIDTH - PADDING - LINE_HEIGHT,
      nameTextStyle: TEXT,
      axisLabel: { ...TEXT, formatter: tick },
      splitLine: { lineStyle: { color: GRID_INK } },
    },
    series: chart.series.map(({ name, points }, index) => ({
      ...{ type: 'line', name, data: points.map(({ x, y }) => [x, y]) },
      ...{ symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle', symbolSize: SYMBOL_SIZE },
      ...{ showAllSymbol: true, lineStyle: { width: 2.5 } },
    })),
  };
  return { option, height: top + plotHeight + AXIS_HEIGHT + PADDING };
}

/** Few values are named each where they stand: what was measured is a choice, not a scale. */
function xAxis({ x, series }: LinesChart): XAXisComponentOption {
  const values = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  const named = values.toSorted((one, other) => one - other);
  const customValues = named.length > NAMED_VALUES_MAX ? {} : { customValues: named };
  return {
    ...(x.isLogarithmic === true ? { type: 'log', logBase: 10 } : { type: 'value' }),
    ...{ name: x.title, nameLocation: 'middle', nameGap: AXIS_HEIGHT - LINE_HEIGHT },
    nameTextStyle: TEXT,
    axisLine: { onZero: false, lineStyle: { color: INK } },
    axisLabel: { ...TEXT, formatter: tick, hideOverlap: true, ...customValues },
    axisTick: { show: true, ...customValues },
    splitLine: { show: false },
  };
}

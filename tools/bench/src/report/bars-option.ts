import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { BarsChart } from './chart.js';
import {
  CHARACTER_WIDTH,
  FONT_FAMILY,
  FONT_SIZE,
  GRID_INK,
  INK,
  LINE_HEIGHT,
  PADDING,
  PALETTE,
  REFERENCE_INK,
  TEXT,
  titleOf,
  WIDTH,
} from './chart-style.js';
import { exactNumber, figure, tick } from './figures.js';
import { wrapped } from './wrapped-text.js';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;

const NAME_CHARACTERS_MAX = 30;
const BAR_HEIGHT = 20;
const BAR_GAP = 14;
/** Half of the line at the end of a whisker. */
const CAP = 5;
const VALUE_GAP = 8;
const VALUE_WIDTH = 84;
/** Of the axis below: its values and its title. */
const AXIS_HEIGHT = 48;
const REFERENCE_HEIGHT = 24;
const ABOVE_BARS = 3;

/** Bars from the left to the right: names of contestants are long, and stand beside them. Pure. */
export function barsOption(chart: BarsChart): { option: EChartsOption; height: number } {
  const names = chart.categories.map(({ name }) => wrapped(name, NAME_CHARACTERS_MAX));
  const lines = Math.max(...names.map(({ length }) => length));
  const rowHeight = Math.max(BAR_HEIGHT, lines * LINE_HEIGHT) + BAR_GAP;
  const title = titleOf(chart.title);
  const top = title.height + (chart.reference === undefined ? 0 : REFERENCE_HEIGHT);
  const plotHeight = rowHeight * names.length;
  const option: EChartsOption = {
    title: title.option,
    grid: { left: namesWidth(names), right: VALUE_WIDTH, top, height: plotHeight },
    xAxis: {
      type: 'value',
      name: chart.unit,
      nameLocation: 'middle',
      nameGap: AXIS_HEIGHT - LINE_HEIGHT,
      nameTextStyle: TEXT,
      axisLabel: { ...TEXT, formatter: tick },
      splitLine: { lineStyle: { color: GRID_INK } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((name) => name.join('\n')),
      axisLabel: { ...TEXT, interval: 0, lineHeight: LINE_HEIGHT },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INK } },
    },
    series: [
      {
        type: 'bar',
        barWidth: BAR_HEIGHT,
        itemStyle: { color: PALETTE[0] },
        data: chart.categories.map(({ value }) => value),
      },
      valuesAndWhiskers(chart),
      ...referenceLine(chart),
    ],
  };
  return { option, height: top + plotHeight + AXIS_HEIGHT + PADDING };
}

function namesWidth(names: readonly (readonly string[])[]): number {
  const longest = Math.max(...names.flat().map(({ length }) => length));
  return PADDING + longest * CHARACTER_WIDTH + VALUE_GAP;
}

/** Values stand behind the whiskers, and behind the reference where it would go through them. */
function valuesAndWhiskers({ categories, reference }: BarsChart): CustomSeriesOption {
  const rows = categories.map(({ value, least = value, most = value }) => ({ value, least, most }));
  const renderItem: RenderItem = ({ dataIndex }, api) => {
    const { value = 0, least = 0, most = 0 } = rows[dataIndex] ?? {};
    const [left = 0, y = 0] = api.coord([least, dataIndex]);
    const [right = 0] = api.coord([Math.max(most, value), dataIndex]);
    const [whiskerEnd = 0] = api.coord([most, dataIndex]);
    const [line = 0] = api.coord([reference?.value ?? 0, dataIndex]);
    const text = figure(value);
    const end = right + 2 * VALUE_GAP + text.length * CHARACTER_WIDTH;
    const x = Math.round((line >= right && line <= end ? line : right) + VALUE_GAP);
    const whisker = [
      { x1: left, x2: whiskerEnd, y1: y, y2: y },
      { x1: left, x2: left, y1: y - CAP, y2: y + CAP },
      { x1: whiskerEnd, x2: whiskerEnd, y1: y - CAP, y2: y + CAP },
    ];
    const style = { stroke: INK, lineWidth: 1.5 };
    return {
      type: 'group',
      children: [
        ...(least === most
          ? []
          : whisker.map((shape) => ({ type: 'line' as const, shape, style }))),
        { type: 'text', style: textStyle({ text, x, y }) },
      ],
    };
  };
  return {
    type: 'custom',
    z: ABOVE_BARS,
    renderItem,
    encode: { x: [0, 1, 2], y: 3 },
    data: rows.map(({ value, least, most }, index) => [value, least, most, index]),
  };
}

/** Its name stands above the bars, as near to the line as the edges let it. */
function referenceLine({ reference }: BarsChart): CustomSeriesOption[] {
  if (reference === undefined) return [];
  const text = `${reference.name}: ${exactNumber(reference.value)}`;
  const half = (text.length * CHARACTER_WIDTH) / 2;
  const renderItem: RenderItem = ({ coordSys }, api) => {
    const { y: top, height } = coordSys as unknown as { y: number; height: number };
    const [x = 0] = api.coord([reference.value, 0]);
    const middle = Math.round(Math.min(Math.max(x, PADDING + half), WIDTH - PADDING - half));
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1: x, x2: x, y1: top - VALUE_GAP, y2: top + height },
          style: { stroke: REFERENCE_INK, lineWidth: 2, lineDash: [6, 4] },
        },
        {
          type: 'text',
          style: {
            ...textStyle({ text, x: middle, y: top - VALUE_GAP - LINE_HEIGHT / 2 }),
            ...{ fill: REFERENCE_INK, align: 'center' as const },
          },
        },
      ],
    };
  };
  return [
    { type: 'custom', z: ABOVE_BARS, renderItem, encode: { x: 0 }, data: [[reference.value]] },
  ];
}

function textStyle(text: { readonly text: string; readonly x: number; readonly y: number }) {
  const style = { fill: INK, fontFamily: FONT_FAMILY, fontSize: FONT_SIZE };
  return { ...text, ...style, verticalAlign: 'middle' as const };
}

import { describe, expect, it } from '@jest/globals';
import { chart, type BarsChart, type Chart, type LinesChart } from './chart.js';
import { svgChart } from './svg-chart.js';

const BARS: BarsChart = {
  kind: 'bars',
  title: 'Base scan, "rows" <per> second & more',
  unit: 'rows/s',
  categories: [
    { name: 'Lakeferry', value: 212_345, least: 201_000, most: 220_500 },
    { name: 'Debezium in Kafka Connect, to Kafka alone', value: 87_123 },
  ],
  reference: { name: 'COPY', value: 250_000 },
};
const LINES: LinesChart = {
  kind: 'lines',
  title: 'Latency',
  x: { title: 'rates (rows/s)', isLogarithmic: true },
  y: { title: 'latency (s)' },
  series: [
    {
      name: 'p50',
      points: [
        { x: 200, y: 0.4 },
        { x: 20_000, y: 0.9 },
      ],
    },
    { name: 'p99', points: [{ x: 200, y: 0.6 }] },
  ],
};

const TEXT = /<text([^>]*)>([^<]*)<\/text>/g;
const textsOf = (svg: string) => [...svg.matchAll(TEXT)].map(([, , text]) => text);
/** Where a text begins, from the left. */
const xOf = (svg: string, text: string) => {
  const [, attributes = ''] = [...svg.matchAll(TEXT)].find((match) => match[2] === text) ?? [];
  return Number(/ x="([\d.]+)"/.exec(attributes)?.[1]);
};

describe.each<[string, Chart]>([
  ['bars', BARS],
  ['lines', LINES],
])('a picture of %s', (_kind, drawn) => {
  it('is well-formed, white behind, without anything from elsewhere', () => {
    const svg = svgChart(drawn);
    const tag = /<\/?[a-z]+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/gi;
    expect(svg.replaceAll(tag, '').replaceAll(/<!\[CDATA\[[^<]*\]\]>/g, '')).not.toMatch(/[<>]/);
    expect(svg).toContain('fill="#ffffff"');
    expect(svg).not.toMatch(/href|url\((?!#)|@import/);
  });

  it('has no letter that is too small', () => {
    const sizes = [...svgChart(drawn).matchAll(/font-size:(\d+)px/g)].map(([, size]) =>
      Number(size),
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  });

  it('is the same text every time', () => {
    expect(svgChart(drawn)).toBe(svgChart(drawn));
  });
});

describe('bars', () => {
  it('have names, values and a unit', () => {
    const texts = textsOf(svgChart(BARS));
    const said = ['Lakeferry', 'Debezium in Kafka Connect, to', 'Kafka alone', '212,000', '87,100'];
    expect(texts).toEqual(expect.arrayContaining([...said, 'rows/s', 'COPY: 250,000']));
  });

  it('have their values behind the whisker, and not on the reference', () => {
    const one = (more: Partial<BarsChart>) => svgChart({ ...BARS, ...more });
    const bar = { name: 'A', value: 123 };
    const whisker = { ...bar, least: 50, most: 200 };
    const [plain, behind] = [bar, whisker].map((each) =>
      xOf(one({ categories: [each, { name: 'B', value: 300 }] }), '123'),
    );
    expect(behind).toBeGreaterThan(plain ?? Number.NaN);
    const categories = [bar, { name: 'B', value: 300 }];
    const withLine = one({ categories, reference: { name: 'limit', value: 135 } });
    expect(xOf(withLine, '123')).toBeGreaterThan(plain ?? Number.NaN);
  });
});

describe('lines', () => {
  it('have a legend when there are several, and the values of the axis that were measured', () => {
    const texts = textsOf(svgChart(LINES));
    const said = ['p50', 'p99', '200', '20 k', 'rates (rows/s)', 'latency (s)'];
    expect(texts).toEqual(expect.arrayContaining(said));
    const [alone] = LINES.series;
    const series = alone === undefined ? [] : [alone];
    expect(textsOf(svgChart({ ...LINES, series }))).not.toContain('p50');
  });
});

it.each([
  ['bars of nothing', { ...BARS, categories: [] }],
  ['lines of nothing', { ...LINES, series: [] }],
  ['a value that is none', { ...BARS, categories: [{ name: 'A', value: Number.NaN }] }],
  ['zero on a logarithmic axis', { ...LINES, series: [{ name: 'A', points: [{ x: 0, y: 1 }] }] }],
  ['something else', { ...BARS, kind: 'pie' }],
])('%s is no chart', (_name, value) => {
  expect(chart.safeParse(value).success).toBe(false);
});

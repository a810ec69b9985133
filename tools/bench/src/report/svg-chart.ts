import { init, type EChartsOption } from 'echarts';
import { barsOption } from './bars-option.js';
import type { Chart } from './chart.js';
import { WIDTH } from './chart-style.js';
import { linesOption } from './lines-option.js';

/** A picture that needs nothing beside itself. The same chart is the same text in every process. */
export function svgChart(chart: Chart): string {
  const { option, height } = optionOf(chart);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    drawing.setOption({ animation: false, backgroundColor: '#ffffff', silent: true, ...option });
    return `${withOwnNumbers(drawing.renderToSVGString())}\n`;
  } finally {
    drawing.dispose();
  }
}

function optionOf(chart: Chart): { option: EChartsOption; height: number } {
  switch (chart.kind) {
    case 'bars':
      return barsOption(chart);
    case 'lines':
      return linesOption(chart);
    default:
      return chart satisfies never;
  }
}

/** ECharts numbers its elements through the whole process: here they are numbered through the picture. */
function withOwnNumbers(svg: string): string {
  const numbers = new Map<string, string>();
  return svg.replaceAll(/\bzr\d+-[a-z]+-?\d+\b/g, (id) => {
    const number = numbers.get(id) ?? `part-${numbers.size + 1}`;
    numbers.set(id, number);
    return number;
  });
}

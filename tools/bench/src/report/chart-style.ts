import type { TitleComponentOption as TitleOption } from 'echarts';
import { wrapped } from './wrapped-text.js';

/** What all charts have in common. */
export const WIDTH = 760;
export const PADDING = 16;
/** Of a line of text, with the space to the next. */
export const LINE_HEIGHT = 18;
const TITLE_LINE_HEIGHT = 22;

/** Without quotes: they would end the attribute that ECharts writes it into. */
export const FONT_FAMILY = 'Helvetica, Arial, DejaVu Sans, sans-serif';
export const FONT_SIZE = 13;
const TITLE_FONT_SIZE = 16;
/** Of a character on the average, in the widest of these fonts. */
export const CHARACTER_WIDTH = 8;
const TITLE_CHARACTER_WIDTH = 9.5;

export const INK = '#222222';
export const GRID_INK = '#dddddd';
export const REFERENCE_INK = '#b03a00';
/** Okabe and Ito's colours, which the colour-blind can tell apart, without the yellow that white swallows. */
export const PALETTE = [
  ...['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'],
] as const;

export const TEXT = { color: INK, fontFamily: FONT_FAMILY, fontSize: FONT_SIZE } as const;

/** The title at the top, and how much it takes of the height. Pure. */
export function titleOf(title: string): { option: TitleOption; height: number } {
  const lines = wrapped(title, Math.floor((WIDTH - 2 * PADDING) / TITLE_CHARACTER_WIDTH));
  const option: TitleOption = {
    ...{ text: lines.join('\n'), left: PADDING, top: PADDING, padding: 0 },
    textStyle: {
      ...{ color: INK, fontFamily: FONT_FAMILY, fontSize: TITLE_FONT_SIZE },
      fontWeight: 'bold',
      lineHeight: TITLE_LINE_HEIGHT,
    },
  };
  return { option, height: PADDING + lines.length * TITLE_LINE_HEIGHT + PADDING };
}

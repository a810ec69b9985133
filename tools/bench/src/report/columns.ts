import type { ResultTable } from './bench-result.js';

type Column = ResultTable['columns'][number];

/** A column of words. */
export const left = (name: string): Column => ({ name, align: 'left' });

/** A column of figures. */
export const right = (name: string): Column => ({ name, align: 'right' });

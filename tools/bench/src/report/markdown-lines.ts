import type { ResultTable } from './bench-result.js';

/** A table in Markdown; formatting makes its columns stand under each other. Pure. */
export function tableLines({ columns, rows }: Pick<ResultTable, 'columns' | 'rows'>): string[] {
  const head = columns.map(({ name }) => name);
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [head, rule, ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
}

/** A cell ends at a bar and at the end of the line. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

import { compareRows, type TextRow } from './compare-rows.js';
import type { DeliveredSource } from './delivered-source.js';
import { comparedWith, type Question } from './engine-question.js';
import type { Layout } from './layouts.js';

/** One thing that was checked, and what is wrong with it. */
export interface Verdict {
  readonly what: string;
  readonly problems: readonly string[];
}

/** What an engine answered to a question: rows, and the count of a partition where there is one. */
export interface Answer {
  readonly rows: readonly TextRow[];
  readonly partition: number | null;
}

/** Compares what an engine read with the source. */
export async function judge(
  source: DeliveredSource,
  asked: { engine: string; layout: Layout; question: Question },
  answer: Answer,
): Promise<Verdict> {
  const { engine, layout, question } = asked;
  const problems = compareRows(comparedWith(question, source.rows, answer.rows));
  if (layout.partition !== null) {
    const wanted = await source.count(layout.partition.source);
    if (wanted === 0) problems.push('no row of the source lies in the partition that is asked for');
    if (answer.partition !== wanted) {
      problems.push(`the partition has ${answer.partition} rows in place of ${wanted}`);
    }
  }
  const size = `${source.rows.length} rows, ${question.columns.length} columns`;
  return { what: `${engine}, ${layout.prefix}: ${size}`, problems };
}

export function failed(what: string, error: unknown): Verdict {
  return { what, problems: [error instanceof Error ? error.message : String(error)] };
}

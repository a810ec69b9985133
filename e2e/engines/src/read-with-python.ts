import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TextRow } from './compare-rows.js';
import type { DeliveredSource } from './delivered-source.js';
import { questionOf, type QuestionOptions } from './engine-question.js';
import { ENGINES_FOLDER, ENGINES_HOME, type InstalledEngines } from './install-engines.js';
import { LAYOUTS, type Layout } from './layouts.js';
import { runProgram } from './run-program.js';
import { leftOutColumns, splitStatements } from './split-statements.js';
import { failed, judge, type Verdict } from './verdict.js';

/** A way to run the statement of an engine and to read the table behind it. */
export interface Way {
  readonly name: string;
  /** The engine of the statement. */
  readonly engine: string;
  readonly program: 'run_spark.py' | 'run_clickhouse.py';
  /** Settings of the session. */
  readonly settings: Readonly<Record<string, string>>;
  /** Columns that the statement must leave out, with a comment. */
  readonly leftOut: readonly string[];
  /** Columns that the statement has and this reader can't read. */
  readonly unread: readonly string[];
  /** Layouts that it reads. */
  readonly layouts: readonly string[];
}

type StepAnswer = { results: TextRow[][] } | { error: string };

/** Runs the ways of one program, all layouts of each, in one process. */
export async function readWithPython(
  source: DeliveredSource,
  engines: InstalledEngines,
  ways: readonly Way[],
): Promise<Verdict[]> {
  const tries = ways.flatMap((way) =>
    LAYOUTS.filter(({ taskName }) => way.layouts.includes(taskName)).map((layout) => ({
      way,
      layout,
      question: questionOf(askedOf(way, layout)),
    })),
  );
  const texts = await Promise.all(
    tries.map(({ way, layout }) => source.statement(layout.taskName, way.engine)),
  );
  const folder = join(ENGINES_HOME, 'run');
  mkdirSync(folder, { recursive: true });
  const steps = tries.map(({ way, question }, at) => ({
    database: way.name.replaceAll(/[^a-z]/gi, '_').toLowerCase(),
    settings: way.settings,
    statements: splitStatements(withKeys(texts[at] ?? '', source)),
    queries: [question.rows, ...(question.partition === null ? [] : [question.partition])],
  }));
  const output = await runProgram({
    command: engines.python,
    args: [join(ENGINES_FOLDER, 'python', ways[0]?.program ?? '')],
    cwd: folder,
    env: { SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_HOSTNAME: 'localhost' },
    input: JSON.stringify({ s3: source.s3, jars: engines.hadoopJars, folder, steps }),
  });
  const answers = JSON.parse(output.slice(output.indexOf('[{'))) as StepAnswer[];
  const verdicts: Verdict[] = [];
  for (const [at, { way, layout, question }] of tries.entries()) {
    const answer = answers[at] ?? { error: 'no answer' };
    const asked = { engine: way.name, layout, question };
    if ('error' in answer) {
      verdicts.push(failed(`${way.name}, ${layout.prefix}`, answer.error));
      continue;
    }
    const [rows = [], count] = answer.results;
    const verdict = await judge(source, asked, { rows, partition: numberOf(count) });
    verdicts.push({
      ...verdict,
      problems: [...leftOutProblems(texts[at] ?? '', way), ...verdict.problems],
    });
  }
  return verdicts;
}

function askedOf(way: Way, layout: Layout): QuestionOptions {
  const escaped = way.program === 'run_spark.py' ? '``' : '\\`';
  return {
    ...{ dialect: way.program === 'run_spark.py' ? 'spark' : 'clickhouse', layout },
    quote: (name) => `\`${name.replaceAll('`', escaped)}\``,
    without: [...way.leftOut, ...way.unread],
  };
}

/** What the statements leave to their reader. */
export function withKeys(statement: string, { s3 }: DeliveredSource): string {
  return statement
    .replaceAll('<access key id>', s3.accessKeyId)
    .replaceAll('<secret access key>', s3.secretAccessKey);
}

/** A column that silently vanished, or that is left out although it could be read. */
export function leftOutProblems(statement: string, { leftOut }: Pick<Way, 'leftOut'>): string[] {
  const told = leftOutColumns(statement).toSorted().join(', ');
  const wanted = leftOut.toSorted().join(', ');
  return told === wanted
    ? []
    : [`the statement leaves out ${told || 'nothing'}, not ${wanted || 'nothing'}`];
}

function numberOf(result: readonly TextRow[] | undefined): number | null {
  return result === undefined ? null : Number(result[0]?.[0]);
}

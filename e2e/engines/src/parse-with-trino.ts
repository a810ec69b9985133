import { join } from 'node:path';
import type { DeliveredSource } from './delivered-source.js';
import { ENGINES_FOLDER, type InstalledEngines } from './install-engines.js';
import { LAYOUTS } from './layouts.js';
import { leftOutProblems } from './read-with-python.js';
import { runProgram } from './run-program.js';
import { splitStatements } from './split-statements.js';
import type { Verdict } from './verdict.js';

const LEFT_OUT = ['clock', 'span'];
/** A statement that it must refuse: else its yes says nothing. */
const WRONG = 'CREATE TABLE hive.default."t" ("id" BIGINT) WITH (format = )';

/** Has Trino's statements parsed by Trino's own parser. */
export async function parseWithTrino(
  source: DeliveredSource,
  engines: InstalledEngines,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { taskName, prefix } of LAYOUTS) {
    const text = await source.statement(taskName, 'trino');
    const statements = splitStatements(text);
    const answers = await parse(engines, [...statements, WRONG]);
    const problems = answers
      .slice(0, -1)
      .filter((answer) => !/^ok (CreateTable|SetSession|Call)$/.test(answer));
    if (answers.at(-1)?.startsWith('wrong ') !== true) problems.push('the parser takes anything');
    verdicts.push({
      what: `trino (parsed), ${prefix}: ${statements.length} statements`,
      problems: [...leftOutProblems(text, { leftOut: LEFT_OUT }), ...problems],
    });
  }
  return verdicts;
}

async function parse(engines: InstalledEngines, statements: readonly string[]): Promise<string[]> {
  const output = await runProgram({
    command: 'java',
    args: ['-cp', join(engines.trinoJars, '*'), 'java/ParseStatements.java'],
    cwd: ENGINES_FOLDER,
    input: statements.join('\0'),
  });
  const answers = output.trimEnd().split('\n');
  if (answers.length === statements.length) return answers;
  throw new Error(`${statements.length} statements got ${answers.length} answers: ${output}`);
}

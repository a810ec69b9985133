import { DuckSession, sqlName, type S3Access } from '@lakeferry/history';
import { installHttpfs } from '@lakeferry/stack';
import type { TextRow } from './compare-rows.js';
import type { DeliveredSource } from './delivered-source.js';
import { questionOf, type Question } from './engine-question.js';
import { LAYOUTS, type Layout } from './layouts.js';
import { withKeys } from './read-with-python.js';
import { splitStatements } from './split-statements.js';
import { failed, judge, type Answer, type Verdict } from './verdict.js';

/** Runs DuckDB's statement of every layout, each in a database of its own. */
export async function readWithDuckdb(source: DeliveredSource): Promise<Verdict[]> {
  const httpfsFile = (await installHttpfs(() => undefined)) ?? undefined;
  const verdicts: Verdict[] = [];
  for (const layout of LAYOUTS) {
    const question = questionOf({ dialect: 'duckdb', layout, quote: sqlName, without: [] });
    try {
      const answer = await readLayout(source, { layout, question, httpfsFile });
      verdicts.push(await judge(source, { engine: 'duckdb', layout, question }, answer));
    } catch (error) {
      verdicts.push(failed(`duckdb, ${layout.prefix}`, error));
    }
  }
  return verdicts;
}

async function readLayout(
  source: DeliveredSource,
  asked: { layout: Layout; question: Question; httpfsFile: string | undefined },
): Promise<Answer> {
  const { layout, question, httpfsFile } = asked;
  const text = withKeys(await source.statement(layout.taskName, 'duckdb'), source);
  const statements = splitStatements(text);
  const session = await openSession(source.s3, httpfsFile);
  try {
    for (const statement of statements) {
      // The reader may be installed from a file where there is no way to DuckDB's own server.
      if (httpfsFile !== undefined && /^(INSTALL|LOAD) httpfs$/.test(statement)) continue;
      await session.run(statement);
    }
    const rows = await session.rows(question.rows);
    const partition = question.partition === null ? null : await session.count(question.partition);
    return { rows: rows.map((row) => Object.values(row) as TextRow), partition };
  } finally {
    session.close();
  }
}

/** Without a secret of its own: that is the statement's. */
async function openSession(s3: S3Access, httpfsFile: string | undefined): Promise<DuckSession> {
  const session = await DuckSession.open();
  if (httpfsFile !== undefined) await session.run(`LOAD '${httpfsFile.replaceAll("'", "''")}'`);
  return session;
}

import { isTest, isTypeScript, type Finding, type SourceFile } from './source-file.js';

const TABLE = 'libs/runtime/src/failpoint/failpoint-names.ts';
const DOCUMENT = 'CONTRIBUTING.md';
const NAME = /^ {2}'([a-z-]+\.[a-z-]+)': \{$/gm;
const CALL = /\bfailpoint\(/;
const WHOLE_CALL = /^ +(?:await|void) failpoint\('([a-z.-]+)'\);$/;
const IMPORT = "import { failpoint } from '@lakeferry/runtime/failpoint';";
/** Behind these a line can be left out, and what follows means the same. */
const STATEMENT_END = /[{};:]$/;

/** Every failpoint is in the table, in the code and in the document; every call can be left out as a line. */
export function checkFailpoints(files: readonly SourceFile[]): Finding[] {
  const table = files.find(({ path }) => path === TABLE)?.text ?? '';
  const document = files.find(({ path }) => path === DOCUMENT)?.text ?? '';
  const names = [...table.matchAll(NAME)].map(([, name = '']) => name);
  const called = new Set<string>();
  const callers = files.filter((file) => isTypeScript(file) && isCaller(file));
  const findings = callers.flatMap((file) => checkCalls(file, names, called));
  for (const name of names) {
    if (!called.has(name)) findings.push(`${TABLE}: ${name} is called nowhere`);
    if (!document.includes(`| \`${name}\` `)) findings.push(`${DOCUMENT}: no row for ${name}`);
  }
  return findings;
}

/** What a production build ships, and so has to be able to leave out. */
function isCaller(file: SourceFile): boolean {
  const { path } = file;
  return /^(apps|libs)\//.test(path) && !path.startsWith('libs/runtime/') && !isTest(file);
}

function checkCalls(file: SourceFile, names: readonly string[], called: Set<string>): Finding[] {
  const { path, text } = file;
  let before = '{';
  return text.split('\n').flatMap((line, index) => {
    const previous = before;
    if (line.trim() !== '' && !/^\s*(?:\/\/|\/?\*)/.test(line)) before = line.trim();
    const at = `${path}:${index + 1}`;
    if (line.includes('@lakeferry/runtime/failpoint') && line !== IMPORT) {
      return [`${at}: write "${IMPORT}"`];
    }
    if (!CALL.test(line)) return [];
    const [, name] = WHOLE_CALL.exec(line) ?? [];
    if (name === undefined) return [`${at}: a failpoint is a line of its own`];
    called.add(name);
    if (!names.includes(name)) return [`${at}: ${name} is not in ${TABLE}`];
    return STATEMENT_END.test(previous) ? [] : [`${at}: a failpoint is a statement of a block`];
  });
}

/** Leaves failpoints out of compiled code, for what ships. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CALL = /^\s*(?:await|void) failpoint\('[a-z.-]+'\);$/;
const IMPORT = /^import \{ failpoint \} from '@lakeferry\/runtime\/failpoint';$/;
/** Behind these a line can be left out, and what follows means the same. */
const STATEMENT_END = /[{};:]$/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
const LEFTOVER = /failpoint/i;

const TEST_FILE = /(?:[.-]spec)\.(?:js|d\.ts)(?:\.map)?$/;
const TEST_FOLDER = 'testing';
const FAILPOINT_FOLDER = join('libs', 'runtime', 'dist', 'failpoint');

/** Empties the lines of failpoints: all others keep their numbers, which source maps know. */
export function stripFailpoints(text) {
  let before = '{';
  const lines = text.split('\n').map((line) => {
    if (IMPORT.test(line)) return '';
    if (CALL.test(line)) {
      if (STATEMENT_END.test(before)) return '';
      throw new Error(`a failpoint is no statement of a block: ${before} ${line.trim()}`);
    }
    if (line.trim() !== '' && !COMMENT.test(line)) before = line.trim();
    return line;
  });
  return lines.join('\n');
}

/** What still speaks of failpoints, as `line: text`. */
export function failpointsLeft(text) {
  return text
    .split('\n')
    .flatMap((line, index) => (LEFTOVER.test(line) ? [`${index + 1}: ${line.trim()}`] : []));
}

/**
 * Makes compiled apps and libs what ships: without failpoints and without what only tests run. The next
 * ordinary build compiles everything again.
 *
 * @returns how many files had failpoints
 */
export function stripBuild(root) {
  rmSync(join(root, FAILPOINT_FOLDER), { recursive: true, force: true });
  let stripped = 0;
  for (const layer of ['apps', 'libs']) {
    for (const project of readdirSync(join(root, layer))) {
      const dist = join(root, layer, project, 'dist');
      if (!existsSync(dist)) continue;
      rmSync(join(dist, '.tsbuildinfo'), { force: true });
      stripped += stripFolder(dist);
    }
  }
  return stripped;
}

function stripFolder(folder) {
  let stripped = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isTestCode = entry.isDirectory()
      ? entry.name === TEST_FOLDER
      : TEST_FILE.test(entry.name);
    if (isTestCode) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) stripped += stripFolder(path);
    else if (entry.name.endsWith('.js') && stripFile(path)) stripped += 1;
  }
  return stripped;
}

function stripFile(path) {
  const text = readFileSync(path, 'utf8');
  const stripped = stripFailpoints(text);
  const left = failpointsLeft(stripped);
  if (left.length > 0) throw new Error(`failpoints are left in ${path}:\n${left.join('\n')}`);
  if (stripped !== text) writeFileSync(path, stripped);
  return stripped !== text;
}

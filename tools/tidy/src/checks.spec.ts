import { describe, expect, it } from '@jest/globals';
import { checkDocumentedErrors } from './documented-errors.js';
import { checkFailpoints } from './failpoints.js';
import { checkFileNames } from './file-names.js';
import { checkForeignPlaces } from './foreign-places.js';
import { checkLeftovers } from './leftovers.js';
import { checkMarkdownTitles } from './markdown-titles.js';
import { checkSizes } from './sizes.js';
import { checkUnusedFiles } from './unused-files.js';

const file = (path: string, text = '') => ({ path, text });
const lines = (count: number) => 'void 0;\n'.repeat(count);
/** Joined here, so that the checks do not find what their own tests look for. */
const joined = (...parts: string[]) => parts.join('');

describe('file names', () => {
  it.each([
    ['libs/kafka/src/lane-consumer.ts', 0],
    ['libs/kafka/src/lane-consumer.int-spec.ts', 0],
    ['libs/kafka/src/utils.ts', 1],
    ['libs/common/src/lane.ts', 1],
    ['libs/kafka/src/lane-manager.ts', 1],
    ['libs/kafka/src/LaneConsumer.ts', 1],
    ['README.md', 0],
  ])('%s', (path, count) => {
    expect(checkFileNames([file(path)])).toHaveLength(count);
  });
});

describe('leftovers', () => {
  it.each([
    [joined('// TO', 'DO later'), 1],
    [joined('// FIX', 'ME'), 1],
    ['const method = 1;', 0],
    [joined('it.on', "ly('x')"), 1],
    [joined('describe.sk', "ip('x')"), 1],
    [joined('xi', "t('x')"), 1],
    ['exit(1); await limit(2);', 0],
    ['a \u0001 b', 1],
  ])('%j', (text, count) => {
    expect(checkLeftovers([file('libs/a/src/b.spec.ts', text)])).toHaveLength(count);
  });
});

describe('foreign places', () => {
  it.each([
    [joined('cd /ro', 'ot/lake'), 1],
    [joined('cd /ho', 'me/someone/lake'), 1],
    ['cd .lakeferry/data && ls /usr/bin', 0],
    [joined('https://regis', 'try.example.com/x'), 1],
    [joined('"resolved": "ht', 'tps://example.com/x"'), 1],
    [joined('see iss', 'ue 12'), 1],
    ['apps/root/index.ts', 0],
  ])('%s', (text, count) => {
    expect(checkForeignPlaces([file('docs/a.md', text)])).toHaveLength(count);
  });
});

describe('sizes', () => {
  it.each([
    ['a.ts', lines(400), 0],
    ['a.ts', lines(401), 1],
    ['a.spec.ts', lines(401), 0],
    ['a.spec.ts', lines(801), 1],
    ['a.ts', `function f() {\n${lines(78)}}`, 0],
    ['a.ts', `function f() {\n${lines(79)}}`, 1],
    ['a.ts', `class A {\n  m() {\n${lines(79)}}\n}`, 1],
    ['a.spec.ts', `it('x', () => {\n${lines(79)}})`, 0],
  ])('%s of %#', (path, text, count) => {
    expect(checkSizes([file(path, text)])).toHaveLength(count);
  });
});

it('finds files that no other file names', () => {
  const files = [
    file('a/src/index.ts', "export * from './used.js';"),
    file('a/src/used.ts', "new URL('./work.thread.js', import.meta.url)"),
    file('a/src/work.thread.ts'),
    file('a/src/forgotten.ts', '// forgotten.js names itself'),
    file('a/src/used.spec.ts'),
  ];
  expect(checkUnusedFiles(files)).toEqual([
    'a/src/forgotten.ts: no file names it: use it or remove it',
  ]);
});

describe('titles', () => {
  it.each([
    ['# One\n\n```sh\n# a comment\n```\n', 0],
    ['## None\n', 1],
    ['# One\n# Two\n', 1],
    ['text\n\n# Late\n', 1],
  ])('%j', (text, count) => {
    expect(checkMarkdownTitles([file('a.md', text)])).toHaveLength(count);
  });
});

describe('error codes', () => {
  const policy = (body: string) =>
    file('p.ts', `export const ERROR_POLICY = {${body}} as const satisfies Record<string, X>;`);

  it('need a comment each', () => {
    const text = '\n/** Meaning. */\nA: { remedy: null },\nB: { remedy: null },\n';
    expect(checkDocumentedErrors(policy(text))).toEqual([
      'p.ts: B has no comment that says what it means',
    ]);
  });

  it('have to be found', () => {
    expect(checkDocumentedErrors(file('p.ts', 'export {};'))).toHaveLength(1);
  });
});

describe('failpoints', () => {
  const table = file(
    'libs/runtime/src/failpoint/failpoint-names.ts',
    "  'writer.after-put': {\n  },\n",
  );
  const document = file('CONTRIBUTING.md', '| `writer.after-put` | … |');
  const call = "  await failpoint('writer.after-put');";
  const importing = "import { failpoint } from '@lakeferry/runtime/failpoint';";

  it.each([
    ['a line of a block', `${importing}\nput(() => {\n${call}\n});`, 0],
    ['behind a comment', `{\n  put();\n  // Why it is here.\n${call}\n}`, 0],
    ['where nobody waits', `{\n${call.replace('await', 'void')}\n}`, 0],
    ['not of a block', `if (left > 0)\n${call}\n`, 1],
    ['a part of an expression', `{\n  return failpoint('writer.after-put');\n}\n{\n${call}\n}`, 1],
    ['with a name that is not known', `{\n${call}\n${call.replace('put', 'all')}\n}`, 1],
    [
      'imported with more',
      `import { failpoint, x } from '@lakeferry/runtime/failpoint';\n{\n${call}\n}`,
      1,
    ],
    ['called nowhere', '', 1],
  ])('%s', (_name, text, count) => {
    const caller = file('apps/writer/src/put.ts', text);
    expect(checkFailpoints([table, document, caller])).toHaveLength(count);
  });

  it('that the document does not name', () => {
    const caller = file('apps/writer/src/put.ts', `{\n${call}\n}`);
    expect(checkFailpoints([table, caller])).toHaveLength(1);
  });
});

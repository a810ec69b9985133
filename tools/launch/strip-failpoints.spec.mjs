import { mkdirSync, mkdtempSync, readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failpointsLeft, stripBuild, stripFailpoints } from './strip-failpoints.mjs';

const IMPORT = "import { failpoint } from '@lakeferry/runtime/failpoint';";
const CALL = "        await failpoint('writer.after-put');";

describe('stripFailpoints', () => {
  it.each([
    ['an import', `${IMPORT}\nput();`, '\nput();'],
    [
      'a call, whose line stays',
      `async () => {\n${CALL}\n  end();\n}`,
      'async () => {\n\n  end();\n}',
    ],
    ['a call nobody waits for', "{\n  void failpoint('a.b');\n}", '{\n\n}'],
    ['a call behind a comment', `{\n  // Why.\n${CALL}\n}`, '{\n  // Why.\n\n}'],
    ['nothing else', 'await point();\n', 'await point();\n'],
  ])('%s', (_name, text, stripped) => {
    expect(stripFailpoints(text)).toBe(stripped);
    expect(failpointsLeft(stripFailpoints(text))).toEqual([]);
  });

  it('refuses a call whose absence would change what the next line means', () => {
    expect(() => stripFailpoints(`if (parts > 1)\n${CALL}\ncomplete();`)).toThrow('of a block');
  });

  it('finds what it could not leave out', () => {
    const text = `put();\nreturn failpoint('a.b');`;
    expect(failpointsLeft(stripFailpoints(text))).toEqual(["2: return failpoint('a.b');"]);
  });
});

describe('stripBuild', () => {
  let root;
  afterEach(() => rmSync(root, { recursive: true }));

  const checkout = (files) => {
    root = mkdtempSync(join(tmpdir(), 'strip-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const has = (path) => existsSync(join(root, path));

  it('leaves nothing of them, and nothing that only tests run', () => {
    checkout({
      'apps/writer/dist/.tsbuildinfo': '{}',
      'apps/writer/dist/lane/put.js': `${IMPORT}\n{\n${CALL}\n}`,
      'apps/writer/dist/lane/put.spec.js': CALL,
      'apps/writer/dist/lane/put.int-spec.d.ts': '',
      'apps/writer/dist/testing/harness.js': CALL,
      'apps/writer/src/put.ts': CALL,
      'libs/runtime/dist/index.js': 'export {};',
      'libs/runtime/dist/failpoint/failpoint.js': 'export function failpoint() {}',
    });
    expect(stripBuild(root)).toBe(1);
    expect(readFileSync(join(root, 'apps/writer/dist/lane/put.js'), 'utf8')).toBe('\n{\n\n}');
    const gone = [
      ...['.tsbuildinfo', 'lane/put.spec.js', 'lane/put.int-spec.d.ts', 'testing'].map(
        (path) => `apps/writer/dist/${path}`,
      ),
      'libs/runtime/dist/failpoint',
    ];
    expect(gone.filter(has)).toEqual([]);
    expect(has('apps/writer/src/put.ts')).toBe(true);
    expect(has('libs/runtime/dist/index.js')).toBe(true);
    expect(stripBuild(root)).toBe(0);
  });

  it('fails where something is left', () => {
    checkout({ 'apps/writer/dist/put.js': "const at = failpoint('a.b');", 'libs/a/dist/b.js': '' });
    expect(() => stripBuild(root)).toThrow('put.js');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ERROR_POLICY } from '@lakeferry/errors';
import { errorsPage, meaningsOf } from './errors-page.js';
import { markdownTable } from './markdown-table.js';
import { generatedPages } from './pages.js';

describe('generated pages', () => {
  it('are up to date (npm run docs writes them)', async () => {
    for (const [file, text] of await generatedPages()) {
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('explain every error code', () => {
    const source = readFileSync('libs/errors/src/error-policy.ts', 'utf8');
    expect([...meaningsOf(source).keys()]).toEqual(Object.keys(ERROR_POLICY));
    expect(errorsPage(source)).toContain('`SOURCE_SLOT_LOST`');
  });
});

describe('markdownTable', () => {
  it('aligns its columns and escapes bars', () => {
    expect(markdownTable(['a', 'bb'], [['x|y', 'z']])).toBe(
      ['| a    | bb |', '| ---- | -- |', '| x\\|y | z  |'].join('\n'),
    );
  });
});

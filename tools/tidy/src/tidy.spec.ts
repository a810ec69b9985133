import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { checkDocumentedErrors } from './documented-errors.js';
import { checkFailpoints } from './failpoints.js';
import { checkFileNames } from './file-names.js';
import { checkForeignPlaces } from './foreign-places.js';
import { checkLeftovers } from './leftovers.js';
import { checkMarkdownTitles } from './markdown-titles.js';
import { checkSizes } from './sizes.js';
import { readSourceFiles } from './source-file.js';
import { checkUnusedFiles } from './unused-files.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const files = readSourceFiles(ROOT);

it.each([
  ['file names', checkFileNames],
  ['leftovers', checkLeftovers],
  ['foreign places', checkForeignPlaces],
  ['sizes', checkSizes],
  ['unused files', checkUnusedFiles],
  ['failpoints', checkFailpoints],
  ['titles', checkMarkdownTitles],
])('the repository is tidy: %s', (_name, check) => {
  expect(check(files)).toEqual([]);
});

it('the repository is tidy: error codes', () => {
  const policy = files.find(({ path }) => path === 'libs/errors/src/error-policy.ts');
  expect(policy === undefined ? ['no error policy'] : checkDocumentedErrors(policy)).toEqual([]);
});

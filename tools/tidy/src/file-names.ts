import type { Finding, SourceFile } from './source-file.js';

/** Endings that say nothing whatever stands before them. */
const EMPTY_ENDINGS = ['utils', 'util', 'helpers', 'helper', 'manager', 'misc', 'impl'];
/** Names that say nothing alone. */
const EMPTY_NAMES = [...EMPTY_ENDINGS, 'common', 'types'];

/** Names of code files and of their folders say what is in them, in kebab-case. */
export function checkFileNames(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => /\.m?ts$|\.mjs$/.test(path))
    .flatMap(({ path }) => checkName(path));
}

function checkName(path: string): Finding[] {
  return path.split('/').flatMap((part) => {
    const [name = '', ...suffixes] = part.replace(/^\./, '').split('.');
    const lastWord = name.split('-').at(-1) ?? '';
    const isEmpty = EMPTY_NAMES.includes(name) || EMPTY_ENDINGS.includes(lastWord);
    if (isEmpty) {
      return [`${path}: "${name}" says nothing: name it after what is in it`];
    }
    const isKebab = [name, ...suffixes].every((word) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word));
    return isKebab ? [] : [`${path}: "${part}" is not in kebab-case`];
  });
}

import type { Finding, SourceFile } from './source-file.js';

/** A page has one title, and it is the first thing on it. */
export function checkMarkdownTitles(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) => {
      const titles = withoutCode(text).filter((line) => line.startsWith('# ')).length;
      if (titles !== 1) return [`${path}: ${titles} titles instead of one`];
      return text.startsWith('# ') ? [] : [`${path}: something stands before the title`];
    });
}

function withoutCode(text: string): string[] {
  let isCode = false;
  return text.split('\n').filter((line) => {
    if (/^\s*```/.test(line)) isCode = !isCode;
    return !isCode;
  });
}

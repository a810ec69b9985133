import { isTypeScript, type Finding, type SourceFile } from './source-file.js';

/** Entries of packages and programs, and tests: nobody imports them. */
const ENTRY =
  /(^|\/)(index|main)\.ts$|\.(spec|int-spec|e2e-spec|long-spec|chaos-spec)\.ts$|\.d\.ts$/;

/** Every other file is named by another one: in an import, as a thread, or as a program. */
export function checkUnusedFiles(files: readonly SourceFile[]): Finding[] {
  const named = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    for (const [, name = ''] of text.matchAll(/([\w.-]+)\.m?js\b/g)) {
      named.set(name, (named.get(name) ?? new Set()).add(path));
    }
  }
  return files
    .filter((file) => isTypeScript(file) && !ENTRY.test(file.path))
    .filter(({ path }) => !isNamedByAnother(path, named))
    .map(({ path }) => `${path}: no file names it: use it or remove it`);
}

function isNamedByAnother(path: string, named: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const name = (path.split('/').at(-1) ?? '').replace(/\.ts$/, '');
  return [...(named.get(name) ?? [])].some((other) => other !== path);
}

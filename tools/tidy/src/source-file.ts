import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the repository, path relative to its root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Something untidy: where, and what would be right. */
export type Finding = string;

const IGNORED_FOLDERS = new Set([
  ...['.git', '.lakeferry', '.nx', 'coverage', 'dist', 'generated', 'node_modules'],
]);
const TEXT_FILE =
  /\.(cjs|js|json|md|mjs|prisma|proto|sh|sql|toml|ts|xml|ya?ml)$|^(Dockerfile|run)$/;

/** All text files of a checkout, whether committed or not. */
export function readSourceFiles(root: string, folder = ''): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return IGNORED_FOLDERS.has(entry.name) ? [] : readSourceFiles(root, path);
    }
    if (!entry.isFile() || !TEXT_FILE.test(entry.name)) return [];
    return [{ path, text: readFileSync(join(root, path), 'utf8') }];
  });
}

export const isTypeScript = ({ path }: SourceFile): boolean => path.endsWith('.ts');

export const isTest = ({ path }: SourceFile): boolean =>
  /\.(spec|int-spec|e2e-spec|long-spec|chaos-spec)\.m?[jt]s$/.test(path) ||
  path.includes('/testing/');

/** A finding for each line that a pattern matches. */
export function findLines(
  { path, text }: SourceFile,
  pattern: RegExp,
  what: (match: string) => string,
): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const match = pattern.exec(line);
    return match === null ? [] : [`${path}:${index + 1}: ${what(match[0])}`];
  });
}

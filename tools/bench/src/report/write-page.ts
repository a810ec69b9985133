import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performanceFiles, PERFORMANCE_PAGE, PICTURES_FOLDER } from './performance-files.js';

/** Makes docs/performance.md and its pictures what the results on record say. @returns the page */
export async function writePage(): Promise<string> {
  const files = await performanceFiles();
  for (const [file, content] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const picture of picturesOnDisk()) if (!files.has(picture)) rmSync(picture);
  return PERFORMANCE_PAGE;
}

export function picturesOnDisk(): string[] {
  if (!existsSync(PICTURES_FOLDER)) return [];
  return readdirSync(PICTURES_FOLDER).map((name) => join(PICTURES_FOLDER, name));
}

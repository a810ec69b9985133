import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  performanceFiles,
  PERFORMANCE_PLACES,
  picturesFolder,
  type PerformancePlaces,
} from './performance-files.js';

/** Makes the page and its pictures what the results on record say. @returns the page's path */
export async function writePage(places = PERFORMANCE_PLACES): Promise<string> {
  const files = await performanceFiles(places);
  for (const [file, content] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const picture of picturesOnDisk(places)) if (!files.has(picture)) rmSync(picture);
  return places.page;
}

export function picturesOnDisk(places: PerformancePlaces): string[] {
  const folder = picturesFolder(places);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

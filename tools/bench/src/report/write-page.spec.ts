import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { performanceFiles, PERFORMANCE_PLACES } from './performance-files.js';
import { writeBenchResult } from './results-file.js';
import { RESULT } from './testing/example-result.js';
import { picturesOnDisk, writePage } from './write-page.js';

it('the page of the repository says what the results on record say', async () => {
  const files = await performanceFiles();
  for (const [file, content] of files) expect(readFileSync(file, 'utf8')).toBe(content);
  for (const picture of picturesOnDisk(PERFORMANCE_PLACES))
    expect([...files.keys()]).toContain(picture);
});

describe('writing the page', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('leaves its text, and the pictures of the results and no others', async () => {
    const places = { page: join(folder, 'performance.md'), results: join(folder, 'results') };
    writeFileSync(
      places.page,
      '# P\n\n<!-- bench:begin -->\n\nOld.\n\n<!-- bench:end -->\n\nBehind.\n',
    );
    mkdirSync(join(folder, 'performance'));
    writeFileSync(join(folder, 'performance', 'base-2.svg'), 'of a chart that is gone');
    await writeBenchResult(RESULT, places.results);

    expect(await writePage(places)).toBe(places.page);
    const page = readFileSync(places.page, 'utf8');
    expect(page).toMatch(/^# P\n\n<!-- bench:begin -->\n\n## Base scan\n[^]*\n\nBehind\.\n$/);
    expect(page).not.toContain('Old.');
    expect(picturesOnDisk(places).map((file) => basename(file))).toEqual(['base-1.svg']);
    const files = await performanceFiles(places);
    for (const [file, content] of files) expect(readFileSync(file, 'utf8')).toBe(content);
  });
});

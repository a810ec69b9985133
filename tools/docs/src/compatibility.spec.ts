import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const PAGE = readFileSync('docs/compatibility.md', 'utf8');
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (the page|what their readers|---)/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| |\s*\|$/g, '').trim()));

describe('the page of what the product pages promise', () => {
  it('has a row for each sentence, with its test', () => {
    expect(ROWS.length).toBeGreaterThan(50);
    for (const [sentence, , tests = ''] of ROWS) {
      expect([sentence, tests]).toEqual([sentence, expect.stringMatching(/`\S+\.ts`/)]);
    }
  });

  it('names only files that are there', () => {
    const paths = new Set([...PAGE.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)].map(([, path]) => path));
    expect([...paths].filter((path) => path === undefined || !existsSync(path))).toEqual([]);
  });

  it('promises nothing for later', () => {
    expect(PAGE).not.toMatch(/not yet|later version|planned/i);
  });
});

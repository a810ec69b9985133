import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { topicBytes } from './topic-bytes.js';

test('segments of the topics that are asked for count, in all partitions; indexes do not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lakeferry-topics-'));
  const write = (partition: string, file: string, bytes: number) => {
    mkdirSync(join(folder, partition), { recursive: true });
    writeFileSync(join(folder, partition, file), Buffer.alloc(bytes));
  };
  try {
    write('lakeferry.a-1.rows-0', '0.log', 10);
    write('lakeferry.a-1.rows-0', '7.log', 20);
    write('lakeferry.a-1.rows-11', '0.log', 40);
    write('lakeferry.a-1.rows-11', '0.index', 1000);
    write('lakeferry.other.rows-0', '0.log', 5000);
    writeFileSync(join(folder, 'meta.properties'), 'x');
    expect(topicBytes(folder, (topic) => topic === 'lakeferry.a-1.rows')).toBe(70);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { randomUUID } from 'node:crypto';
import type { DirtyRecord, FileSeal } from '@lakeferry/contracts';
import { cutFile } from '@lakeferry/parquet';
import type { FinishedFile } from './lane-messages.js';

/**
 * The dirty fields of a file as a file of their own: a line of NDJSON each, under the task's dirty prefix.
 * It becomes an object the way the rows do, in the transaction of the file that it speaks of.
 */
export function dirtyFile(
  rows: FileSeal,
  records: readonly DirtyRecord[],
  prefix: string,
): FinishedFile {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const { chunks, bytes, sha256 } = cutFile([new Uint8Array(Buffer.from(text))]);
  const { v, lane, phase, first, last, reason, schemaVersion } = rows;
  const seal: FileSeal = {
    ...{ v, fileId: randomUUID(), lane, phase, content: 'dirty', prefix },
    ...{ rows: records.length, bytes, sha256, chunks: chunks.length },
    ...{ first, last, reason, dirty: 0, schemaVersion },
  };
  return { seal, chunks, dirty: [] };
}

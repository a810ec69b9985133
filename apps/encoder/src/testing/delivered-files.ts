import { createHash } from 'node:crypto';
import {
  FILE_HEADERS,
  fileMark,
  fileSeal,
  type FileMark,
  type FileSeal,
} from '@lakeferry/contracts';
import type { FollowedRecord } from '@lakeferry/kafka';
import { queryParquet } from '@lakeferry/parquet/testing';

export interface DeliveredFile {
  readonly seal: FileSeal;
  readonly chunks: readonly Buffer[];
}

/** What a `files` topic holds, put together and checked as a writer does. */
export function assemble(records: readonly FollowedRecord[]): {
  readonly files: readonly DeliveredFile[];
  /** Each with the number of files of its lane before it. */
  readonly marks: readonly (FileMark & { readonly filesBefore: number })[];
} {
  const open = new Map<string, Buffer[]>();
  const files: DeliveredFile[] = [];
  const marks: (FileMark & { filesBefore: number })[] = [];
  for (const { key, value, headers, partition } of records) {
    const name = `${key?.toString('utf8')}`;
    const bytes = value ?? Buffer.alloc(0);
    if (headers[FILE_HEADERS.kind] === 'chunk') {
      const chunks = open.get(name) ?? [];
      if (headers[FILE_HEADERS.chunk] !== String(chunks.length))
        throw new Error('chunk out of order');
      open.set(name, [...chunks, bytes]);
    } else if (headers[FILE_HEADERS.kind] === 'seal') {
      const seal = fileSeal.parse(JSON.parse(bytes.toString('utf8')));
      const chunks = open.get(name) ?? [];
      open.delete(name);
      check(seal, chunks, partition);
      files.push({ seal, chunks });
    } else {
      const mark = fileMark.parse(JSON.parse(bytes.toString('utf8')));
      const filesBefore = files.filter((file) => file.seal.lane === mark.lane).length;
      marks.push({ ...mark, filesBefore });
    }
  }
  if (open.size > 0) throw new Error('a file has no seal');
  return { files, marks };
}

function check(seal: FileSeal, chunks: readonly Buffer[], partition: number): void {
  const bytes = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (seal.lane !== partition) throw new Error('a file is in the wrong partition');
  if (seal.bytes !== bytes.length || seal.chunks !== chunks.length || seal.sha256 !== sha256) {
    throw new Error('a file is torn');
  }
}

/** The ids in a file, in its order, as DuckDB reads them. */
export async function idsOf(file: DeliveredFile): Promise<readonly number[]> {
  const rows = await queryParquet(file.chunks, 'SELECT id FROM $file');
  if (rows.length !== file.seal.rows) throw new Error('a file has not the rows that it says');
  return rows.map(([id]) => Number(id));
}

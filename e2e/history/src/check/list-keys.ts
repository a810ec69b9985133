import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { listObjects, type ListedObject } from '../bucket/list-objects.js';
import type { CheckOptions } from './check-options.js';

const BUCKET_ROOT = 's3://';

/** What is in a folder of the bucket, or of the local folder that stands for one, sorted by key. */
export async function listKeys(
  { root, s3 }: Pick<CheckOptions, 'root' | 's3'>,
  folder: string,
): Promise<ListedObject[]> {
  if (!root.startsWith(BUCKET_ROOT)) return listFolder(root, folder);
  if (s3 === undefined) throw new Error('a bucket is read by its endpoint: say which');
  const found = await listObjects({ s3, bucket: root.slice(BUCKET_ROOT.length), folder });
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function listFolder(root: string, folder: string): Promise<ListedObject[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      return {
        key: relative(root, file).split(sep).join('/'),
        bytes: content.length,
        etag: createHash('md5').update(content).digest('hex'),
      };
    }),
  );
}

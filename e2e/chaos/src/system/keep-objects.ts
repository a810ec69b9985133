import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3Client } from '@lakeferry/stack';
import type { ChaosSystem } from './chaos-system.js';

/** Copies objects into a new folder of the system's, under their keys, and names it. */
export async function keepObjects(
  { s3, stack }: ChaosSystem,
  keys: Iterable<string>,
): Promise<string> {
  const folder = mkdtempSync(join(stack.dataDir, 'kept-'));
  const client = s3Client(s3);
  try {
    for (const Key of keys) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: s3.bucket, Key }));
      const file = join(folder, Key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
    }
  } finally {
    client.destroy();
  }
  return folder;
}

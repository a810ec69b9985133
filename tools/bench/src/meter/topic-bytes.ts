import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Bytes that the broker keeps of topics, as its log has them: compressed, with what a batch adds.
 *
 * @param logDir the folder with a folder of each partition
 * @param isWanted by the name of a topic
 */
export function topicBytes(logDir: string, isWanted: (topic: string) => boolean): number {
  let bytes = 0;
  for (const name of readdirSync(logDir)) {
    const topic = /^(.+)-\d+$/.exec(name)?.[1];
    if (topic === undefined || !isWanted(topic)) continue;
    for (const file of readdirSync(join(logDir, name))) {
      if (file.endsWith('.log')) bytes += statSync(join(logDir, name, file)).size;
    }
  }
  return bytes;
}

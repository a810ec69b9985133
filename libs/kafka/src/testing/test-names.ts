import { randomUUID } from 'node:crypto';

/** A name that no other test uses: `<what>-<eight hex digits>`. */
export function uniqueKafkaName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}

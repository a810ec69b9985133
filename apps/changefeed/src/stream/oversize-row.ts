import { mutation } from '@lakeferry/contracts';
import { must } from '@lakeferry/runtime';

/**
 * A line that is too large for a record, with its largest values replaced by null and named in
 * `oversize` until it fits: the row arrives, the cut fields count as dirty, the source goes on.
 *
 * @param line one mutation as JSON
 */
export function cutOversizeRow(line: Buffer, bytesMax: number): Buffer {
  const parsed = mutation.parse(JSON.parse(line.toString('utf8')));
  // A delete has no row; that of a table without a key has it as its key.
  const row = must(parsed.row ?? parsed.key, 'an oversize mutation has values');
  const bySize = Object.entries(row)
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(JSON.stringify(value)) }))
    .sort((a, b) => b.bytes - a.bytes);
  const oversize: string[] = [];
  for (const { name } of bySize) {
    row[name] = null;
    oversize.push(name);
    const cut = Buffer.from(`${JSON.stringify({ ...parsed, oversize })}\n`);
    if (cut.length <= bytesMax) return cut;
  }
  return Buffer.from(`${JSON.stringify({ ...parsed, oversize })}\n`);
}

import { ByteBuffer } from '../byte-buffer.js';
import { sourceColumn, type TableDescription } from '../catalog.js';
import type { PgSession } from '../pg-session.js';
import { readChunk } from '../scan-chunk.js';
import { chunkAt, chunkCount } from '../scan-chunks.js';
import type { ScanPlan } from '../scan-plan.js';
import { createScanRowWriter } from '../scan-row-writer.js';

export interface ScanTableOptions {
  readonly session: PgSession;
  readonly plan: ScanPlan;
  readonly table: TableDescription;
  readonly chunkPages: number;
  readonly beforeChunk?: (chunk: number) => Promise<void>;
}

/** Scans a whole plan and gives the lines of its mutations. */
export async function scanTable(options: ScanTableOptions): Promise<string[]> {
  const { plan, table } = options;
  const columns = table.columns.filter((column) => column.deliverable).map(sourceColumn);
  const writer = createScanRowWriter({
    table: table.table,
    key: columns.filter((column) => table.keyColumns.includes(column.name)),
    row: columns,
    lsn: plan.consistentPoint,
    at: plan.plannedAt,
  });
  const out = new ByteBuffer();
  const count = chunkCount(plan.leaves, options.chunkPages);
  for (let chunk = 0; chunk < count; chunk += 1) {
    await options.beforeChunk?.(chunk);
    await readChunk({
      session: options.session,
      ...chunkAt(plan.leaves, options.chunkPages, chunk),
      snapshot: plan.snapshot,
      consistentPoint: plan.consistentPoint,
      copyColumns: writer.copyColumns,
      tableOid: table.oid,
      flushTimeLimitMs: 5_000,
      sink: {
        row: (bytes, start, end, block, tuple) =>
          writer.write(out, bytes, start, end, block, tuple),
      },
    });
  }
  return out.view().toString('utf8').split('\n').slice(0, -1);
}

import { createInterface } from 'node:readline';
import { endProcess } from './process-table.js';
import { parseGuardLine, type GuardedProcess } from './guard-line.js';

/**
 * A process that outlives its parent for a moment: when the pipe from the parent closes, however the
 * parent ended, it ends what the parent had started, the last started first.
 */
const guarded = new Map<number, GuardedProcess>();

// A terminal's Ctrl-C is for the parent.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const order = parseGuardLine(line);
  if (order.action === 'watch') guarded.set(order.process.pid, order.process);
  else guarded.delete(order.pid);
}
for (const entry of [...guarded.values()].reverse()) await endProcess(entry.pid, entry);
process.exit(0);

import { readFileSync } from 'node:fs';
import { SERVICE_NAMES } from '@lakeferry/stack';
import type { ChaosSystem } from './chaos-system.js';

const MIB_KIB = 1024;

/** The most memory that each process held since it was started, buffers and worker threads included. */
export function peakMemory(system: ChaosSystem): string {
  const peaks = SERVICE_NAMES.flatMap((service) =>
    system.processes(service).map(({ server }) => {
      const peak = server.pid === undefined ? null : peakMebibytes(server.pid);
      return `${server.name} ${peak === null ? 'down' : `${peak} MiB`}`;
    }),
  );
  return `peak memory: ${peaks.join(', ')}`;
}

/** Null where the machine does not tell. */
function peakMebibytes(pid: number): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Math.round(Number(found[1]) / MIB_KIB);
  } catch {
    return null;
  }
}

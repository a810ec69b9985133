import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** CPU and memory that a process and all its descendants have used; Linux's /proc is where it is read. */
export interface TreeUse {
  /** User and system, of children that have ended too. */
  readonly cpuSeconds: number;
  /** Resident memory now, shared pages divided among those that share them. */
  readonly memoryMiB: number;
}

/** Ticks of /proc's CPU times; Linux has told every program 100 a second for decades. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;
/** Fields of /proc/PID/stat behind the name: parent, and times of the process and of its ended children. */
const STAT = { parent: 1, times: [11, 12, 13, 14] } as const;

interface ProcessStat {
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** Reads the line of /proc/PID/stat; the name may hold blanks and brackets. Pure. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = STAT.times.reduce((sum, at) => sum + Number(fields[at]), 0);
  return { parent: Number(fields[STAT.parent]), cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** The pids of a tree, by the parent of each process. Pure. */
export function treeOf(root: number, parents: ReadonlyMap<number, number>): number[] {
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found;
}

/** What the trees of several roots use now. */
export function readTrees(roots: readonly number[]): TreeUse[] {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const line = readOf(pid, 'stat');
    if (line !== null) stats.set(pid, parseStat(line));
  }
  const parents = new Map([...stats].map(([pid, { parent }]) => [pid, parent]));
  return roots.map((root) => {
    const pids = treeOf(root, parents);
    return {
      cpuSeconds: pids.reduce((sum, pid) => sum + (stats.get(pid)?.cpuSeconds ?? 0), 0),
      memoryMiB: memoryOf(pids),
    };
  });
}

/** Highest resident memory of one process since it was last forgotten; 0 when it is gone. */
export function peakMiB(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readOf(pid, 'status') ?? '');
  return Number(found?.[1] ?? 0) / KIB_PER_MIB;
}

/** Lets the highest resident memory of a process begin anew. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Pages that processes share are counted once, which costs the kernel a walk: one alone shares none. */
function memoryOf(pids: readonly number[]): number {
  const [file, key] = pids.length > 1 ? ['smaps_rollup', 'Pss'] : ['status', 'VmRSS'];
  const line = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm');
  const kib = pids.map((pid) => Number(line.exec(readOf(pid, file) ?? '')?.[1] ?? 0));
  return kib.reduce((sum, each) => sum + each, 0) / KIB_PER_MIB;
}

/** Null when the process is gone. */
function readOf(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

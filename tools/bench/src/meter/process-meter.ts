import { forgetPeak, peakMiB, readTrees } from './process-tree.js';

export interface ProcessUse {
  /** By the name of a process, its descendants included. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly rssPeakMiB: Readonly<Record<string, number>>;
}

const EVERY_MS = 1000;

/**
 * What processes use between `begin` and `end`. The peak of a process alone is the kernel's own; that
 * of one with descendants, such as PostgreSQL, is the highest sum of samples, shared pages counted once.
 */
export class ProcessMeter {
  private readonly names: readonly string[];
  private readonly roots: readonly number[];
  private readonly cpuBefore: readonly number[];
  private readonly sampledMiB: number[];
  private readonly timer: NodeJS.Timeout;

  private constructor(processes: ReadonlyMap<string, number>) {
    this.names = [...processes.keys()];
    this.roots = [...processes.values()];
    for (const root of this.roots) forgetPeak(root);
    const trees = readTrees(this.roots);
    this.cpuBefore = trees.map(({ cpuSeconds }) => cpuSeconds);
    this.sampledMiB = trees.map(({ memoryMiB }) => memoryMiB);
    this.timer = setInterval(() => this.sample(), EVERY_MS);
  }

  /** @param processes by name: the pid at the root of each tree */
  static begin(processes: ReadonlyMap<string, number>): ProcessMeter {
    return new ProcessMeter(processes);
  }

  end(): ProcessUse {
    clearInterval(this.timer);
    const cpu = this.sample();
    const of = (value: (at: number) => number) =>
      Object.fromEntries(this.names.map((name, at) => [name, value(at)]));
    return {
      cpuSeconds: of((at) => (cpu[at] ?? 0) - (this.cpuBefore[at] ?? 0)),
      rssPeakMiB: of((at) => Math.max(this.sampledMiB[at] ?? 0, peakMiB(this.roots[at] ?? 0))),
    };
  }

  private sample(): number[] {
    const trees = readTrees(this.roots);
    trees.forEach(({ memoryMiB }, at) => {
      this.sampledMiB[at] = Math.max(this.sampledMiB[at] ?? 0, memoryMiB);
    });
    return trees.map(({ cpuSeconds }) => cpuSeconds);
  }
}

import { forgetPeak, peakMiB, readTrees } from './process-tree.js';

export interface ProcessUse {
  /** By the name of a process, its descendants included. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly rssPeakMiB: Readonly<Record<string, number>>;
}

interface Metered {
  readonly name: string;
  readonly pid: number;
  readonly cpuBefore: number;
  peakMiB: number;
}

const EVERY_MS = 1000;

/**
 * What processes use between `begin` and `end`. The peak of a process alone is the kernel's own; that
 * of one with descendants, such as PostgreSQL, is the highest sum of samples, shared pages counted once.
 */
export class ProcessMeter {
  private readonly metered: Metered[] = [];
  private readonly timer: NodeJS.Timeout;

  private constructor() {
    this.timer = setInterval(() => this.sample(), EVERY_MS);
  }

  /** @param processes by name: the pid at the root of each tree */
  static begin(processes: ReadonlyMap<string, number>): ProcessMeter {
    const meter = new ProcessMeter();
    const use = readTrees([...processes.values()]);
    [...processes].forEach(([name, pid], at) => {
      forgetPeak(pid);
      const { cpuSeconds = 0, memoryMiB = 0 } = use[at] ?? {};
      meter.metered.push({ name, pid, cpuBefore: cpuSeconds, peakMiB: memoryMiB });
    });
    return meter;
  }

  /** A process that was started since: all that it has used counts. */
  add(name: string, pid: number): void {
    this.metered.push({ name, pid, cpuBefore: 0, peakMiB: 0 });
  }

  end(): ProcessUse {
    clearInterval(this.timer);
    const cpuNow = this.sample();
    const of = (value: (metered: Metered, at: number) => number) =>
      Object.fromEntries(this.metered.map((metered, at) => [metered.name, value(metered, at)]));
    return {
      cpuSeconds: of(({ cpuBefore }, at) => (cpuNow[at] ?? 0) - cpuBefore),
      rssPeakMiB: of(({ pid, peakMiB: sampled }) => Math.max(sampled, peakMiB(pid))),
    };
  }

  private sample(): number[] {
    const use = readTrees(this.metered.map(({ pid }) => pid));
    this.metered.forEach((metered, at) => {
      metered.peakMiB = Math.max(metered.peakMiB, use[at]?.memoryMiB ?? 0);
    });
    return use.map(({ cpuSeconds }) => cpuSeconds);
  }
}

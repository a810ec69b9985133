/** A process that must not outlive the one that started it, and how it is asked to end. */
export interface GuardedProcess {
  readonly pid: number;
  readonly signal: NodeJS.Signals;
  /** Killed when it has not ended by then. */
  readonly msMax: number;
}

export type GuardOrder =
  | { readonly action: 'watch'; readonly process: GuardedProcess }
  | { readonly action: 'forget'; readonly pid: number };

export function guardLine(order: GuardOrder): string {
  return `${JSON.stringify(order)}\n`;
}

export function parseGuardLine(line: string): GuardOrder {
  return JSON.parse(line) as GuardOrder;
}

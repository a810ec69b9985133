/** Readiness of a process: every named part must be ready. */
export class Readiness {
  private readonly parts = new Map<string, string>();

  /** Declares a part that is not ready yet. */
  expect(part: string): void {
    if (!this.parts.has(part)) this.parts.set(part, 'starting');
  }

  ready(part: string): void {
    this.parts.set(part, 'ready');
  }

  notReady(part: string, why: string): void {
    this.parts.set(part, why);
  }

  /** The parts that are not ready, with why; empty when the process is ready. */
  missing(): Record<string, string> {
    return Object.fromEntries([...this.parts].filter(([, state]) => state !== 'ready'));
  }
}

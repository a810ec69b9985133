/** Says what is going on and how long each part took. */
export class Phases {
  private readonly startedMs = performance.now();

  constructor(private readonly say: (line: string) => void) {}

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    this.say(`${name} …`);
    const result = await work();
    this.say(`  done in ${seconds(performance.now() - startedMs)}`);
    return result;
  }

  total(): string {
    return seconds(performance.now() - this.startedMs);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

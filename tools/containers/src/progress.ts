export type Say = (line: string) => void;

export const say: Say = (line) => {
  process.stdout.write(`${line}\n`);
};

/** Says what begins, and how long it took. */
export async function step<T>(title: string, body: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  say(`${title} …`);
  const result = await body();
  say(`${title} … ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return result;
}

export interface Difference {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Compares row versions as a bag: each as often as it was written. Pure. */
export function compareVersions(
  written: readonly string[],
  delivered: readonly string[],
): Difference {
  const open = new Map<string, number>();
  for (const version of written) open.set(version, (open.get(version) ?? 0) + 1);
  const doubled: string[] = [];
  for (const version of delivered) {
    const left = open.get(version) ?? 0;
    if (left === 0) doubled.push(version);
    else open.set(version, left - 1);
  }
  const lost = [...open].flatMap(([version, left]) => Array<string>(left).fill(version));
  return { lost, doubled };
}

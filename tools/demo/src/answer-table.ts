/** One line of an answer: what it is about, how many, and their average. */
export interface AnswerRow {
  readonly month: string;
  readonly flights: number;
  readonly averageDelay: number;
}

/** Two answers to one question side by side, each line marked equal or not. Pure. */
export function answerTable(
  bucket: readonly AnswerRow[],
  journal: readonly AnswerRow[],
): { lines: string[]; equal: boolean } {
  const months = [...new Set([...bucket, ...journal].map(({ month }) => month))].sort();
  const rows = months.map((month) => {
    const ours = bucket.find((row) => row.month === month);
    const theirs = journal.find((row) => row.month === month);
    const same = ours?.flights === theirs?.flights && ours?.averageDelay === theirs?.averageDelay;
    return { month, ours, theirs, same };
  });
  const head = `  ${'month'.padEnd(8)}${'bucket: flights'.padStart(17)}${'avg delay'.padStart(11)}${'journal: flights'.padStart(19)}${'avg delay'.padStart(11)}`;
  const lines = rows.map(
    ({ month, ours, theirs, same }) =>
      `  ${month.padEnd(8)}${cells(ours, 17)}${cells(theirs, 19)}  ${same ? '=' : '≠'}`,
  );
  return { lines: [head, ...lines], equal: rows.every(({ same }) => same) };
}

function cells(row: AnswerRow | undefined, width: number): string {
  const flights = row === undefined ? '–' : row.flights.toLocaleString('en');
  const delay = row === undefined ? '–' : row.averageDelay.toFixed(3);
  return flights.padStart(width) + delay.padStart(11);
}

import type { RoundResult } from './round-result.js';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly alignsRight: boolean;
  readonly cell: (result: RoundResult) => string;
}

const number = (title: string, width: number, value: (result: RoundResult) => number): Column => ({
  ...{ title, width, alignsRight: true },
  cell: (result) => value(result).toLocaleString('en-US', { maximumFractionDigits: 1 }),
});

const COLUMNS: readonly Column[] = [
  number('seed', 6, ({ seed }) => seed),
  { title: 'scenario', width: 16, alignsRight: false, cell: ({ scenario }) => scenario },
  number('versions', 9, ({ versions }) => versions),
  number('objects', 7, ({ objects }) => objects),
  number('lost', 6, ({ lost }) => lost),
  number('doubled', 7, ({ doubled }) => doubled),
  number('torn', 5, ({ torn }) => torn),
  number('misplaced', 9, ({ misplaced }) => misplaced),
  number('other', 6, ({ other }) => other),
  number('ends', 5, ({ unexpectedEnds }) => unexpectedEnds),
  { title: 'recovery', width: 8, alignsRight: true, cell: slowest },
  number('seconds', 7, ({ seconds }) => seconds),
  { title: 'verdict', width: 7, alignsRight: false, cell: ({ verdict }) => verdict },
  {
    title: 'faults injected',
    width: 0,
    alignsRight: false,
    cell: ({ faults }) =>
      faults
        .map(({ fault, missed }) => (missed === true ? `(${fault}: missed)` : fault))
        .join(', '),
  },
];

/** The slowest recovery of the round in seconds; one that another fault outlasts has none. */
function slowest({ faults }: RoundResult): string {
  const known = faults.flatMap(({ recovery }) => (recovery === null ? [] : [recovery]));
  return known.length === 0 ? '' : Math.max(...known).toFixed(1);
}

export function tableHead(): string {
  return row((column) => column.title);
}

export function tableRow(result: RoundResult): string {
  return row((column) => column.cell(result));
}

function row(text: (column: Column) => string): string {
  const cells = COLUMNS.map((column) => {
    const cell = text(column);
    return column.alignsRight ? cell.padStart(column.width) : cell.padEnd(column.width);
  });
  return cells.join('  ').trimEnd();
}

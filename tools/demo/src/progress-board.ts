/** A measured part of the work: a bar where the total is known, else just words. */
export interface ProgressRow {
  readonly name: string;
  /** From 0 to 1. */
  readonly share?: number | undefined;
  readonly text: string;
}

interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR_WIDTH = 28;
const NAME_WIDTH = 18;
/** A terminal is redrawn this often; a log gets a line this often. */
const REDRAW_MS = 120;
const LINE_MS = 5_000;

/** Shows progress: bars redrawn in place on a terminal, a plain line now and then elsewhere. */
export class ProgressBoard {
  private drawn = 0;
  private shownAtMs = Number.NEGATIVE_INFINITY;
  private lastLine = '';

  constructor(
    private readonly output: Output = process.stdout,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Shows the rows when it is time to; always with `now`. */
  show(rows: readonly ProgressRow[], now = false): void {
    const terminal = this.output.isTTY === true;
    if (!now && this.nowMs() - this.shownAtMs < (terminal ? REDRAW_MS : LINE_MS)) return;
    this.shownAtMs = this.nowMs();
    if (terminal) this.redraw(rows.map((row) => renderBar(row)));
    else this.line(`  ${rows.map(renderPlain).join(' · ')}`);
  }

  /** Leaves what was shown last and goes on below it. */
  end(rows?: readonly ProgressRow[]): void {
    if (rows !== undefined) this.show(rows, true);
    this.drawn = 0;
    this.lastLine = '';
    this.shownAtMs = Number.NEGATIVE_INFINITY;
  }

  private redraw(lines: readonly string[]): void {
    const width = (this.output.columns ?? 100) - 1;
    const up = this.drawn > 0 ? `\u001b[${this.drawn}A` : '';
    this.output.write(up + lines.map((text) => `\u001b[2K${text.slice(0, width)}\n`).join(''));
    this.drawn = lines.length;
  }

  private line(text: string): void {
    if (text === this.lastLine) return;
    this.lastLine = text;
    this.output.write(`${text}\n`);
  }
}

export function renderBar(row: ProgressRow): string {
  const name = `  ${row.name.padEnd(NAME_WIDTH)}`;
  if (row.share === undefined) return `${name}${' '.repeat(BAR_WIDTH + 7)}${row.text}`;
  const share = Math.min(Math.max(row.share, 0), 1);
  const full = Math.round(share * BAR_WIDTH);
  const percent = `${Math.floor(share * 100)}%`.padStart(5);
  return `${name}${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}${percent}  ${row.text}`;
}

function renderPlain(row: ProgressRow): string {
  const percent = row.share === undefined ? '' : ` ${Math.floor(Math.min(row.share, 1) * 100)}%`;
  return `${row.name}${percent} ${row.text}`;
}

import Table from 'cli-table3';
import { displayWidth, wrap } from './text.ts';

export interface TableColumn {
  readonly head: string;
  readonly right?: boolean;
  /** Not narrower than this where the table has to give way. */
  readonly least?: number;
}

const gap = 2;
const least = 8;

/** Widths of the columns such that the table fits: each as wide as its widest cell, and where that is too much, the
 *  widest give way first. Null where even their least widths do not fit. */
export function fittedWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] | null {
  const natural = columns.map(({ head }, i) =>
    rows.reduce((widest, row) => Math.max(widest, ...(row[i] ?? '').split('\n').map(displayWidth)), displayWidth(head)),
  );
  const floors = natural.map((n, i) =>
    Math.min(n, Math.max(columns[i]?.least ?? least, longestWord(columns[i]?.head))),
  );
  const room = width - gap * (columns.length - 1);
  if (sum(floors) > room) return null;
  const widths = [...natural];
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    const widest = widths.reduce(
      (best, n, i) => (n > (floors[i] ?? 0) && (best < 0 || n > (widths[best] ?? 0)) ? i : best),
      -1,
    );
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Lines of a table without borders. A cell may have several lines; each is wrapped, never cut. `paint` colours a cell
 *  after it was measured. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  options: {
    readonly head?: boolean;
    readonly paintHead?: (text: string) => string;
    readonly paint?: (text: string, row: number, column: number) => string;
  } = {},
): string {
  const paint = options.paint ?? ((text) => text);
  const paintHead = options.paintHead ?? ((text) => text);
  const table = new Table({
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
    colWidths: [...widths],
  });
  const lines = (text: string, i: number, painted: (line: string) => string) =>
    text
      .split('\n')
      .flatMap((line) => wrap(line, Math.max(1, widths[i] ?? 1)))
      .map(painted)
      .join('\n');
  if (options.head !== false) table.push(columns.map(({ head }, i) => lines(head, i, paintHead)));
  rows.forEach((row, at) => {
    table.push(columns.map((_, i) => lines(row[i] ?? '', i, (line) => paint(line, at, i))));
  });
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const borderless = {
  ...Object.fromEntries(
    [
      ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
      ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ].map((place) => [place, '']),
  ),
  middle: ' '.repeat(gap),
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function longestWord(text = ''): number {
  return Math.max(...text.split(' ').map(displayWidth));
}

import Table from 'cli-table3';
import { wrap } from './text.ts';
import { gap, type TableColumn } from './widths.ts';

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

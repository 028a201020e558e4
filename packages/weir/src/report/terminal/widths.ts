import { displayWidth } from './text.ts';

export interface TableColumn {
  readonly head: string;
  readonly right?: boolean;
  /** Not narrower than this where the table has to give way. */
  readonly least?: number;
  /** Its words are never broken, as a piece of a number or a time reads as another one. So it is with columns that stand
   *  to the right. */
  readonly whole?: boolean;
}

/** What the cells of a column need, as far as they were seen. */
export interface Measure {
  /** The longest line. */
  readonly line: number;
  /** The longest word, and the longest that is not over each of `wordCaps`. */
  readonly word: number;
  readonly capped: readonly number[];
}

/** Between two columns. */
export const gap = 2;
const least = 8;

/** How long words may be that a table which has to give way keeps whole, tried in turn: a SHA-256, then an IPv6 address,
 *  then an IPv4 address, then none. */
const wordCaps = [64, 39, 15, 0];

/** What the headings alone need. */
export function measuredHeads(columns: readonly TableColumn[]): Measure[] {
  return columns.map(({ head }) => ({ line: displayWidth(head), word: 0, capped: wordCaps.map(() => 0) }));
}

/** What is needed with these rows too. */
export function measured(measures: readonly Measure[], rows: readonly (readonly string[])[]): Measure[] {
  return measures.map((measure, i) => {
    let { line, word } = measure;
    const capped = [...measure.capped];
    for (const row of rows) {
      for (const text of (row[i] ?? '').split('\n')) {
        line = Math.max(line, displayWidth(text));
        for (const length of text.split(' ').map(displayWidth)) {
          word = Math.max(word, length);
          wordCaps.forEach((cap, at) => {
            if (length <= cap) capped[at] = Math.max(capped[at] ?? 0, length);
          });
        }
      }
    }
    return { line, word, capped };
  });
}

/** Widths of the columns such that the table fits: each as wide as its widest cell, and where that is too much, the
 *  widest give way first: at blanks, then inside long words, then inside short ones, of whole columns never. Null where
 *  even their least widths do not fit. */
export function widthsOf(
  columns: readonly TableColumn[],
  measures: readonly Measure[],
  width: number,
): number[] | null {
  const room = width - gap * (columns.length - 1);
  const floors = wordCaps.map((_, at) => floorsOf(columns, measures, at)).find((each) => sum(each) <= room);
  return floors === undefined ? null : givenWay(measures, floors, room);
}

/** The same for a table that is told all the same: where it does not fit, it is wider than `width` rather than breaking
 *  figures. */
export function widthsAnyhow(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const measures = measured(measuredHeads(columns), rows);
  return widthsOf(columns, measures, width) ?? floorsOf(columns, measures, wordCaps.length - 1);
}

/** The same, or null, for a table whose rows are all there. */
export function fittedWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] | null {
  return widthsOf(columns, measured(measuredHeads(columns), rows), width);
}

/** Whether columns that break a word which they should not would be wider with other widths. */
export function breaksLess(
  columns: readonly TableColumn[],
  measures: readonly Measure[],
  now: readonly number[],
  other: readonly number[],
): boolean {
  return columns.some((column, i) => {
    const [is = 0, would = 0] = [now[i], other[i]];
    return is < keptWord(column, measures[i], 0) && is < would;
  });
}

function floorsOf(columns: readonly TableColumn[], measures: readonly Measure[], cap: number): number[] {
  return columns.map((column, i) => {
    const floor = Math.max(column.least ?? least, longestWord(column.head), keptWord(column, measures[i], cap));
    return Math.min(measures[i]?.line ?? 0, floor);
  });
}

function keptWord({ right, whole = right ?? false }: TableColumn, measure: Measure | undefined, cap: number): number {
  return (whole ? measure?.word : measure?.capped[cap]) ?? 0;
}

function givenWay(measures: readonly Measure[], floors: readonly number[], room: number): number[] {
  const widths = measures.map(({ line }) => line);
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    const widest = widths.reduce(
      (best, n, i) => (n > (floors[i] ?? 0) && (best < 0 || n > (widths[best] ?? 0)) ? i : best),
      -1,
    );
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function longestWord(text: string): number {
  return Math.max(...text.split(' ').map(displayWidth));
}

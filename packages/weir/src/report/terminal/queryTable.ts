import { plural } from '../format.ts';
import { tableText } from './table.ts';
import { labelled } from './text.ts';
import { breaksLess, measured, measuredHeads, type TableColumn, widthsOf } from './widths.ts';

type TextRows = readonly (readonly string[])[];

/** The columns are measured on so many rows before the first is told. */
const measuredFirst = 4096;
/** So that the first rows are told soon; the library of tables also takes longer for a row the more there are. */
const toldAtOnce = 256;

/** A query's rows as a table. Where a later row has a number, a time or a short word that is longer than its column, the
 *  columns are measured anew under a new heading; text is wrapped, never cut. Where the columns do not fit side by side,
 *  each row is told as a list of `name  value`. */
export async function* queryTable(
  columns: readonly TableColumn[],
  chunks: AsyncIterable<TextRows>,
  width: number,
): AsyncGenerator<string> {
  let measures = measuredHeads(columns);
  let widths: number[] | null | undefined;
  let told = 0;
  for await (const rows of firstTogether(chunks)) {
    measures = measured(measures, rows);
    const fitting = widthsOf(columns, measures, width);
    if (
      widths === undefined ||
      (widths !== null && (fitting === null || breaksLess(columns, measures, widths, fitting)))
    ) {
      if (fitting !== null) yield `${told > 0 ? '\n' : ''}${head(columns, fitting)}`;
      widths = fitting;
    }
    for (let at = 0; at < rows.length; at += toldAtOnce) {
      const some = rows.slice(at, at + toldAtOnce);
      yield widths === null
        ? records(columns, some, told, width)
        : `${tableText(columns, some, widths, { head: false })}\n`;
      told += some.length;
    }
  }
  if (told === 0) {
    const names = widthsOf(columns, measures, width);
    yield names === null ? `${columns.map(({ head: name }) => name).join(', ')}\n` : head(columns, names);
  }
  yield `${plural(told, 'row')}\n`;
}

/** The same rows, of which the first come together. */
async function* firstTogether(chunks: AsyncIterable<TextRows>): AsyncGenerator<TextRows> {
  let first: TextRows | null = [];
  for await (const rows of chunks) {
    if (first === null) {
      yield rows;
      continue;
    }
    first = first.concat(rows);
    if (first.length < measuredFirst) continue;
    yield first;
    first = null;
  }
  if (first !== null && first.length > 0) yield first;
}

function head(columns: readonly TableColumn[], widths: readonly number[]): string {
  return `${tableText(columns, [], widths)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}\n`;
}

function records(columns: readonly TableColumn[], rows: TextRows, before: number, width: number): string {
  const labelWidth = 2 + Math.min(40, Math.max(...columns.map(({ head: name }) => name.length)));
  return rows
    .map((row, i) =>
      [
        `── row ${before + i + 1} ${'─'.repeat(Math.max(0, Math.min(width, 60) - 10))}`,
        ...columns.flatMap(({ head: name, whole }, at) => {
          const value = row[at] ?? '';
          return value === '' ? [] : [labelled(name, labelWidth, value, whole ? Number.POSITIVE_INFINITY : width)];
        }),
      ].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
}

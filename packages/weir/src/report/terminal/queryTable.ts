import { plural } from '../format.ts';
import { fittedWidths, type TableColumn, tableText } from './table.ts';
import { labelled } from './text.ts';

type TextRows = readonly (readonly string[])[];

/** A query's rows as a table whose columns are measured on the first chunk; later cells that are longer are wrapped, never
 *  cut. Where the columns do not fit side by side, each row is told as a list of `name  value`. */
export async function* queryTable(
  columns: readonly TableColumn[],
  chunks: AsyncIterable<TextRows>,
  width: number,
): AsyncGenerator<string> {
  let widths: number[] | null | undefined;
  let told = 0;
  for await (const rows of chunks) {
    if (rows.length === 0) continue;
    if (widths === undefined) {
      widths = fittedWidths(columns, rows, width);
      if (widths !== null) yield head(columns, widths);
    }
    yield widths === null
      ? records(columns, rows, told, width)
      : `${tableText(columns, rows, widths, { head: false })}\n`;
    told += rows.length;
  }
  if (told === 0) {
    const names = fittedWidths(columns, [], width);
    yield names === null ? `${columns.map(({ head: name }) => name).join(', ')}\n` : head(columns, names);
  }
  yield `${plural(told, 'row')}\n`;
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
        ...columns.flatMap(({ head: name }, at) => {
          const value = row[at] ?? '';
          return value === '' ? [] : [labelled(name, labelWidth, value, width)];
        }),
      ].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
}

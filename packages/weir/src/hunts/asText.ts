import type { Answer } from '../explain/ask.ts';
import { noRowsLines } from '../explain/asText.ts';
import type { Rows } from '../explain/rows.ts';
import { tableLines } from '../explain/rowsTable.ts';
import { plural, ticksToMinute } from '../report/format.ts';
import { tableText } from '../report/terminal/table.ts';
import { labelled, painter } from '../report/terminal/text.ts';
import { widthsAnyhow } from '../report/terminal/widths.ts';
import type { Hunt } from './hunt.ts';

export interface TextOptions {
  readonly width: number;
  readonly color: boolean;
}

/** A line a hunt. */
export function listText(hunts: readonly Hunt[], { width }: TextOptions): string {
  const columns = [
    { head: 'hunt', whole: true },
    { head: 'techniques', least: 9 },
    { head: 'what it looks for', least: 30 },
  ];
  const rows = hunts.map(({ name, techniques, title }) => [name, techniques.join(', '), title]);
  return `${tableText(columns, rows, widthsAnyhow(columns, rows, width))}\n\nweir hunt NAME LOGS runs one, weir hunt NAME tells all about it.\n`;
}

/** All about a hunt, with its query. */
export function huntText(hunt: Hunt, options: TextOptions): string {
  const { bold, line, dim } = pageOf(options);
  const { title, name, hypothesis, techniques, needs, query } = hunt;
  const lines = [
    bold(title),
    line('hypothesis', hypothesis),
    line('techniques', techniques.join(', ')),
    line('needs', needs.join('; ')),
    ...readingLines(hunt, options),
    '',
    ...query
      .trimEnd()
      .split('\n')
      .map((each) => dim(`  ${each}`)),
    '',
    `weir hunt ${name} LOGS runs it.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What a hunt found, and how to read it. `until` is the end of the data, `empty` what it reads and the logs lack. */
export async function resultText(
  hunt: Hunt,
  rows: Rows,
  { until, empty }: { readonly until: bigint | null; readonly empty: Answer['empty'] },
  options: TextOptions,
): Promise<string> {
  const { bold, line } = pageOf(options);
  const rest = rows.count - rows.rows.length;
  const lines = [
    bold(hunt.title),
    line('hypothesis', hunt.hypothesis),
    line('needs', hunt.needs.join('; ')),
    '',
    ...(rows.count === 0
      ? [
          ...noRowsLines(empty),
          ...(empty.length === 0 ? ['Where the logs lack what it needs, that says nothing.'] : []),
        ]
      : [...(await tableLines(rows, options.width)), plural(rows.count, 'row')]),
    ...(rest > 0 ? [`${plural(rest, 'more row')} are not shown; --format csv has all.`] : []),
    ...(until === null ? [] : [`The logs end ${ticksToMinute(until)} UTC.`]),
    '',
    ...readingLines(hunt, options),
  ];
  return `${lines.join('\n')}\n`;
}

function readingLines({ reading, benign }: Hunt, options: TextOptions): string[] {
  const { line } = pageOf(options);
  return [line('reading', reading), line('harmless', benign)];
}

function pageOf({ width, color }: TextOptions) {
  const paint = painter(color);
  return {
    bold: (text: string) => paint('bold', text),
    dim: (text: string) => paint('dim', text),
    line: (label: string, text: string) =>
      labelled(label, 11, text.trim().replace(/\s+/g, ' '), Math.min(width, 120), (plain) => paint('dim', plain)),
  };
}

import { formats } from '../normalize/formats.ts';
import { fittedWidths, type TableColumn, tableText } from '../report/terminal/table.ts';
import { painter } from '../report/terminal/text.ts';
import { exitCodes } from './failure.ts';
import { print, terminal } from './stdio.ts';

/** `weir sources`: the list of formats that recognition goes by, as people or programs read it. */
export async function runSources({ format }: { format: 'table' | 'json' }): Promise<number> {
  if (format === 'json') {
    const list = formats.map(({ id, title, gives, lacks }) => ({ id, title, gives, lacks }));
    await print(`${JSON.stringify(list, null, 2)}\n`);
  } else {
    await print(`${sourcesTable(terminal())}\n`);
  }
  return exitCodes.done;
}

const columns: readonly TableColumn[] = [
  { head: 'format', least: 15 },
  { head: 'what it is', least: 20 },
  { head: 'gives', least: 20 },
  { head: 'lacks', least: 10 },
];

function sourcesTable({ width, color }: { width: number; color: boolean }): string {
  const paint = painter(color);
  const rows = formats.map(({ id, title, gives, lacks }) => [
    id,
    title,
    gives.join(', '),
    lacks.join(', ') || 'nothing',
  ]);
  const widths = fittedWidths(columns, rows, width) ?? columns.map(({ least = 10 }) => least);
  const table = tableText(columns, rows, widths, {
    paintHead: (text) => paint('dim', text),
    paint: (text, _, column) => (column === 0 ? paint('bold', text) : text),
  });
  return `${table}\n\n${remarks}`;
}

const remarks = `Formats are told by content, never by name, in any mix: files, folders, globs, or - for standard input; plain,
gzip or zstd. A process from one source and the bytes from another become one connection.`;

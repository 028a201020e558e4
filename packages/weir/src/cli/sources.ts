import { UserError } from '../model/userError.ts';
import type { Format } from '../normalize/format.ts';
import { formats } from '../normalize/formats.ts';
import { tableText } from '../report/terminal/table.ts';
import { labelled, type Paint, painter, wrap } from '../report/terminal/text.ts';
import { fittedWidths, type TableColumn, widthsAnyhow } from '../report/terminal/widths.ts';
import { exitCodes } from './failure.ts';
import { type Line, sourceKinds } from './sourceKinds.ts';
import { print, terminal } from './stdio.ts';

/** `weir sources [NAME]`: the list of formats that recognition goes by, a line each, or all about those of a name, as
 *  people or programs read it.
 *  @throws UserError where no format is called so */
export async function runSources(name: string | undefined, { format }: { format: 'table' | 'json' }): Promise<number> {
  const told = name === undefined ? formats : called(name);
  if (format === 'json') {
    const list = told.map(({ id, title, gives, lacks }) => ({ id, title, kind: kindOf(id), gives, lacks }));
    await print(`${JSON.stringify(list, null, 2)}\n`);
  } else {
    const { width, color } = terminal();
    const paint = painter(color);
    const text = name === undefined ? overview(width, paint) : told.map((each) => details(each, width, paint));
    await print(`${[text].flat().join('\n\n')}\n`);
  }
  return exitCodes.done;
}

/** The format of an id, else those with the word in id or title. */
function called(name: string): readonly Format[] {
  const word = name.toLowerCase();
  const exact = formats.filter(({ id }) => id === word);
  const some =
    exact.length > 0 ? exact : formats.filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(word));
  if (some.length > 0) return some;
  throw new UserError('FORMAT_UNKNOWN', name, 'no format that Weir reads is called so', 'weir sources lists them all.');
}

function kindOf(format: string): string {
  return sourceKinds.find(({ formats: members }) => Object.hasOwn(members, format))?.kind ?? '';
}

const columns: readonly TableColumn[] = [
  { head: 'format' },
  { head: 'process' },
  { head: 'account' },
  { head: 'device' },
  { head: 'name' },
  { head: 'bytes sent' },
];
const what: TableColumn = { head: 'what it is', least: 44 };

/** A line a format under its kind; what it is in words where the terminal has room. */
function overview(width: number, paint: Paint): string {
  const titles = new Map(formats.map(({ id, title }) => [id, title]));
  const rowOf = ([id, line]: [string, Line]) => [id, ...line, titles.get(id) ?? ''];
  const all = sourceKinds.flatMap(({ formats: members }) => Object.entries(members).map(rowOf));
  const wide = fittedWidths([...columns, what], all, width);
  const shown = wide === null ? columns : [...columns, what];
  const widths = wide ?? widthsAnyhow(columns, all, width);
  const groups = sourceKinds.map(({ kind, formats: members }) => {
    const rows = tableText(shown, Object.entries(members).map(rowOf), widths, {
      head: false,
      paint: (text, _, column) =>
        column === 0 ? paint('bold', text) : text.trim() === '–' ? paint('dim', text) : text,
    });
    return `${paint('dim', kind)}\n${rows}`;
  });
  const head = tableText(shown, [], widths, { paintHead: (text) => paint('dim', text) });
  return [head, ...groups, '', ...remarks.flatMap((remark) => wrap(remark, Math.min(width, 120)))].join('\n');
}

const remarks = [
  'some: of some records, or where the product is set up so. Bytes of IP and frames are less their headers, an estimate; those of HTTP are with them. weir sources NAME tells all about a format: weir sources squid',
  'Formats are told by content, never by name, in any mix: files, folders, globs, or - for standard input; plain, gzip or zstd; records that are JSON also behind a header of syslog, and as text in exports of Splunk, CloudWatch and others. A process from one source and the bytes from another become one connection.',
];

function details({ id, title, gives, lacks }: Format, width: number, paint: Paint): string {
  const items = (label: string, list: readonly string[]) =>
    list.map((item, at) => labelled(at === 0 ? label : '', 9, `- ${item}`, width, (plain) => paint('dim', plain)));
  const missing = lacks.length > 0 ? lacks : ['nothing'];
  return [
    labelled(id, id.length + 2, title, width, (plain) => paint('bold', plain)),
    ...items('  gives', gives),
    ...items('  lacks', missing),
  ].join('\n');
}

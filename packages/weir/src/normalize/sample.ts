import { csvCells } from '../source/csvRecords.ts';
import { headElements } from '../source/jsonElements.ts';
import type { Sample } from './format.ts';
import type { CsvHeader } from './recognised.ts';
import { distinct } from './zeek/header.ts';

/** How many of a file's first records recognition looks at. */
const sampled = 50;

/** The sample of a text; `whole` says that the text is the whole file. */
export function sampleText(text: string, name: string, whole: boolean): Sample {
  const lines = text.split(/\r?\n/);
  if (!whole && lines.length > 1) lines.pop();
  const isJson = /^\s*[{[]/.test(text);
  const elements = isJson ? headElements(text).slice(0, sampled) : [];
  const onLines = lines.slice(0, sampled).flatMap(objectOf);
  const enveloped = text.trimStart().startsWith('[') || elements.some(({ envelope }) => envelope !== undefined);
  const layout = enveloped || onLines.length === 0 ? 'elements' : 'lines';
  const objects =
    layout === 'lines' ? onLines : elements.flatMap(({ text, envelope }) => objectOf(elementText(text, envelope)));
  return {
    name,
    lines,
    objects,
    layout,
    header: objects.length > 0 ? undefined : csvHeader(lines),
    columns: undefined,
  };
}

export function sampleColumns(columns: ReadonlyMap<string, string>, name: string): Sample {
  return { name, lines: [], objects: [], layout: 'lines', header: undefined, columns };
}

/** Names of the sample's columns, and of members of its objects, each once. */
export function namesIn({ columns, header, objects }: Sample): readonly string[] {
  return [...new Set([...(columns?.keys() ?? []), ...(header?.names ?? []), ...objects.flatMap(Object.keys)])];
}

/** The object of a JSON text; masked times of Zeek's own test logs are made readable for recognition alone. */
export function objectOf(text: string): object[] {
  if (!text.startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(text.replace(/:X{10}\.X{6}/g, ':0'));
    return typeof value === 'object' && value !== null ? [value] : [];
  } catch {
    return [];
  }
}

function elementText(bytes: Buffer, envelope: string | undefined): string {
  const text = bytes.toString('utf8');
  return envelope !== undefined && text.startsWith('[') ? (namedCells(text, envelope) ?? text) : text;
}

/** A row's cells as an object's text: they name themselves, as those of CloudWatch do, or stand as the columns in its envelope
 *  do; undefined where they do not fit them. */
export function namedCells(row: string, envelope: string): string | undefined {
  try {
    const { columns }: { columns?: unknown } = JSON.parse(envelope);
    const cells: unknown = JSON.parse(row, exactNumber);
    if (!Array.isArray(cells)) return undefined;
    if (cells.length > 0 && cells.every(isNamed))
      return JSON.stringify(Object.fromEntries(cells.map(({ field, value }) => [field, value])));
    if (!Array.isArray(columns) || cells.length !== columns.length) return undefined;
    const members = columns.map((column, index) => `${JSON.stringify(column.name)}:${JSON.stringify(cells[index])}`);
    return `{${members.join(',')}}`;
  } catch {
    return undefined;
  }
}

function isNamed(cell: unknown): boolean {
  return typeof cell === 'object' && cell !== null && 'field' in cell && 'value' in cell;
}

/** Keeps a number that a double cannot hold as the text that it was. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && context?.source ? rawJson(context.source) : value;
}

/** Of ECMAScript's "JSON.parse source text access", which the language's type library does not have yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** The header that the first line with text would be, by the delimiter that gives the most cells. */
function csvHeader(lines: readonly string[]): CsvHeader | undefined {
  const first = lines.findIndex((line) => line.trim() !== '');
  const named = delimiterNamed(lines[first] ?? '');
  const at = named === undefined ? first : first + 1;
  const line = lines[at];
  if (line === undefined) return undefined;
  const candidates = (named === undefined ? [',', ';', '\t'] : [named]).map((delimiter) => ({
    delimiter,
    cells: csvCells(line, delimiter) ?? [],
  }));
  const best = candidates.sort((a, b) => b.cells.length - a.cells.length)[0];
  if (!best || best.cells.length < 2) return undefined;
  return { delimiter: best.delimiter, names: csvNames(best.cells), lines: at + 1 };
}

/** The delimiter that a first line `sep=;` names, which exports for spreadsheets have above their header. */
export function delimiterNamed(line: string): string | undefined {
  return /^\ufeff?"?sep=(.)"?\r?$/i.exec(line)?.[1];
}

/** The columns that a header's cells name. */
export function csvNames(cells: readonly string[]): string[] {
  return distinct(cells.map((cell) => cell.replace(/^\ufeff/, '').trim()));
}

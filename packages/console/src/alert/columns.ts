import { bytes, type Long, longOf } from '../words/figures.ts';
import { second } from '../words/time.ts';

type Row = Readonly<Record<string, unknown>>;

/** What is shown of a row of evidence at first, the rest by choice. */
const first = [
  'Timestamp',
  'RemoteHost',
  'RemoteIP',
  'RemotePort',
  'BytesSent',
  'BytesReceived',
  'InitiatingProcessFileName',
  'AccountName',
  'Fusion',
];

/** Columns of some rows: those shown at first in their order, then the others as they come. */
export function columnsOf(rows: readonly Row[]): string[] {
  const all = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...first.filter((name) => all.has(name)), ...[...all].filter((name) => !first.includes(name))];
}

export function shownFirst(columns: readonly string[]): string[] {
  return columns.filter((name) => first.includes(name));
}

const byteColumns = /^Bytes(Sent|Received)$/;

/** A cell for a person. Unknown is a dash and never 0. */
export function cellText(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (byteColumns.test(name)) return bytes(longOf(value as Long));
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return second(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** How wide a column is, in pixels. */
export function columnWidth(name: string): number {
  if (/Host|CommandLine|FolderPath|Url|SHA256/.test(name)) return 260;
  if (/Timestamp|End|FlowStart|FlowEnd|FileName|IP$|EventId/.test(name)) return 176;
  return /Port|Fusion$/.test(name) ? 104 : 124;
}

export function isNumber(name: string): boolean {
  return byteColumns.test(name) || /Port$|Confidence$/.test(name);
}

/** Rows as a spreadsheet takes them from the clipboard: tabs between cells, no cell a formula. */
export function asTable(columns: readonly string[], rows: readonly Row[]): string {
  const cell = (value: unknown) => {
    const text =
      value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    const plain = text.replace(/[\t\r\n]+/g, ' ');
    return /^[\s\p{Z}]*[=+\-@＝＋－＠]/u.test(plain) && typeof value !== 'number' ? `'${plain}` : plain;
  };
  return [columns.join('\t'), ...rows.map((row) => columns.map((name) => cell(row[name])).join('\t'))].join('\n');
}

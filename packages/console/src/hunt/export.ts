import { type Column, exact, isNumeric, type Row } from './cells.ts';

/** Rows as CSV (RFC 4180) with every digit; no text of a log becomes a formula. */
export function asCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => cells.map(quoted).join(',');
  const head = line(columns.map(({ name }) => plain(name)));
  const body = rows.map((row) =>
    line(columns.map((column, at) => (isNumeric(column) ? exact(row[at]) : plain(exact(row[at]))))),
  );
  return `${[head, ...body].join('\r\n')}\r\n`;
}

/** Rows as `weir query --format json` prints them. */
export function asJson(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = rows.map((row) => JSON.stringify(row));
  return `{"columns":${JSON.stringify(columns)},"rows":[\n${lines.join(',\n')}\n]}\n`;
}

/** Rows as a spreadsheet takes them from the clipboard. */
export function asTabs(columns: readonly Column[], rows: readonly Row[]): string {
  const cell = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  const lines = rows.map((row) =>
    columns.map((column, at) => cell(isNumeric(column) ? exact(row[at]) : plain(exact(row[at])))).join('\t'),
  );
  return [columns.map(({ name }) => cell(plain(name))).join('\t'), ...lines].join('\n');
}

function plain(text: string): string {
  return /^[\s\p{Z}]*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun by then; the text need not stay in memory.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

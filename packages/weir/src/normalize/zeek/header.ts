import type { ZeekHeader } from '../recognised.ts';

const defaults: ZeekHeader = {
  separator: '\t',
  setSeparator: ',',
  emptyField: '(empty)',
  unsetField: '-',
  log: '',
  fields: [],
  lines: 0,
};

/** The header of a log that Zeek's filter option `tsv` wrote: one line, of the names alone; undefined where it is none. */
export function plainHeader(line: string): ZeekHeader | undefined {
  const fields = line.replace(/\r$/, '').split('\t');
  const isZeek =
    fields[0] === 'ts' && fields.some((field) => ['uid', 'fuid', 'id.orig_h', 'id_orig_h'].includes(field));
  return isZeek ? { ...defaults, fields: distinct(fields), lines: 1, isPlain: true } : undefined;
}

/** Reads the `#` lines at the top of a Zeek log. Settings that a later header leaves out stay as `before` had them. */
export function parseZeekHeader(lines: readonly string[], before: ZeekHeader = defaults): ZeekHeader {
  let header: ZeekHeader = { ...before, lines: 0 };
  for (const raw of lines) {
    const line = raw.replace(/\r$/, '');
    if (!line.startsWith('#')) break;
    header = { ...withDirective(header, line), lines: header.lines + 1 };
  }
  return header;
}

function withDirective(header: ZeekHeader, line: string): ZeekHeader {
  const separatorLine = /^#separator (.+)$/.exec(line);
  if (separatorLine) {
    const separator = unescaped(separatorLine[1] ?? '');
    return isSeparator(separator) ? { ...header, separator } : header;
  }
  const [name, ...values] = line.split(header.separator);
  const value = values.join(header.separator);
  switch (name) {
    case '#set_separator':
      return { ...header, setSeparator: value };
    case '#empty_field':
      return { ...header, emptyField: value };
    case '#unset_field':
      return { ...header, unsetField: value };
    case '#path':
      return { ...header, log: value };
    case '#fields':
      return { ...header, fields: distinct(values) };
    default:
      return header;
  }
}

/** A tab, comma or the like: nothing that numbers, names or line ends consist of. */
function isSeparator(text: string): boolean {
  return /^[\t -~]$/.test(text) && !/[\w"'#.-]/.test(text);
}

/** Whether a line is one that `parseZeekHeader` heeds. */
export function isDirective(line: Buffer): boolean {
  return /^#(separator|set_separator|empty_field|unset_field|path|fields)\b/.test(line.toString('latin1', 0, 16));
}

/** `\x09` as the character that it stands for. */
function unescaped(text: string): string {
  return text.replace(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A name that occurs again is numbered, so that every column has its own; names differ by more than case. Names that
 *  begin as Weir's own columns do are put aside. */
export function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    const named = name === '' ? 'column' : name.replace(/^weir_/i, 'log weir_');
    let own = named;
    for (let number = 2; seen.has(own.toLowerCase()); number += 1) own = `${named} (${number})`;
    seen.add(own.toLowerCase());
    return own;
  });
}

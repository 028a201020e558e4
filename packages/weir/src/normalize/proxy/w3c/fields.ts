import type { RawColumns } from '../../reading.ts';

/** What a file says of its lines: `#Fields:` names their columns, `#Software:` who wrote them. */
export interface W3cHeader {
  readonly software: string;
  /** Lower case, in order. */
  readonly fields: readonly string[];
  /** Products that have blanks in their values part the columns by tabs. */
  readonly separator: ' ' | '\t';
}

export function isFields(line: string): boolean {
  return /^#\s?Fields:/i.test(line);
}

/** The header under a line of directives; undefined where it names no columns. */
export function headerOf(fieldsLine: string, software: string): W3cHeader | undefined {
  const names = fieldsLine.replace(/^#\s?Fields:/i, '').trim();
  if (names === '') return undefined;
  const separator = names.includes('\t') ? '\t' : ' ';
  return { software, fields: names.toLowerCase().split(separator === '\t' ? /\t/ : /\s+/), separator };
}

/** Who wrote the log: a proxy of its clients, a server of its visitors, or nobody can tell, as with sensors and firewalls
 *  that chose the same form. `cs-bytes` is an upload in one and a download in the other. */
export function roleOf({ software, fields }: W3cHeader): 'proxy' | 'server' | undefined {
  if (/SGOS|Blue ?Coat|Symantec|ProxySG|AsyncOS|IronPort|Forefront|ISA Server|^EAR\b/i.test(software)) return 'proxy';
  if (/Internet Information Services|\bIIS\b/i.test(software)) return 'server';
  const has = (...names: string[]): boolean => names.some((name) => fields.includes(name));
  if (!has('c-ip')) return undefined;
  const proxy = has('s-action', 'sc-filter-result', 'x-resultcode-httpstatus', 'x-hierarchy-origin', 's-object-source');
  const server = has('s-sitename', 'sc-win32-status', 'sc-substatus');
  return proxy === server ? undefined : proxy ? 'proxy' : 'server';
}

/** A line's columns, as SQL by their names: without quotes, null where unknown. */
export function lineColumns(raw: RawColumns, line: string, { fields, separator }: W3cHeader) {
  const cells = raw.once(cellsOf(raw, line, fields, separator));
  const column = (...names: string[]): string => {
    const places = names.map((name) => fields.indexOf(name)).filter((place) => place >= 0);
    const texts = places.map((place) => raw.once(`trim(replace(${cells}[${place + 1}], ${insideQuotes}, ' '), '"')`));
    const known = texts.map((text) => `CASE WHEN ${text} NOT IN ('', '-') THEN ${text} END`);
    return known.length === 0 ? 'NULL::VARCHAR' : `coalesce(${known.join(', ')})`;
  };
  return { column, count: `len(${cells})` };
}

/** Several blanks part as one does. Blanks inside quotes part nothing, nor in the brackets of a time with its zone. */
function cellsOf(raw: RawColumns, line: string, fields: readonly string[], separator: ' ' | '\t'): string {
  if (separator === '\t') return `string_split(${line}, '\t')`;
  if (fields.some((field) => ['localtime', 'gmttime'].includes(field))) {
    return `regexp_extract_all(${line}, '\\[[^\\]]*\\]|"(?:[^"]|"")*"|[^ ]+')`;
  }
  // One pattern for cells takes four times as long.
  const kept = `list_transform(string_split(${line}, '"'), lambda part, n: CASE WHEN n % 2 = 0 THEN replace(part, ' ', ${insideQuotes}) ELSE part END)`;
  const marked = raw.once(`trim(CASE WHEN contains(${line}, '"') THEN array_to_string(${kept}, '"') ELSE ${line} END)`);
  return `string_split(CASE WHEN contains(${marked}, '  ') THEN regexp_replace(${marked}, ' +', ' ', 'g') ELSE ${marked} END, ' ')`;
}

/** What stands for a blank inside quotes while a line is parted. */
const insideQuotes = 'chr(2)';

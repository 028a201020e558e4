import { sqlName, sqlText } from '../../engine/sql.ts';
import type { Job } from '../apply.ts';
import { ignored } from '../mapping.ts';
import { delimitedReading, jsonReading, type ReadingOptions } from '../reading.ts';
import type { Recognised, ZeekHeader } from '../recognised.ts';
import { addressSpellings } from './columns.ts';
import { parseZeekHeader } from './header.ts';
import { usedLogs, zeekJsonMapping } from './json.ts';

/** Zeek's own text format: `#separator`, `#fields`. */
export function recogniseZeekText(lines: readonly string[], name: string): Recognised | { reason: string } | undefined {
  const header = parseZeekHeader(lines);
  const marked = lines.slice(0, header.lines).some((line) => /^#(separator|fields|path)\b/.test(line));
  if (!marked) return looksHeadless(lines[0] ?? '') ? { reason: headless } : undefined;
  if (header.fields.length === 0)
    return { reason: 'a Zeek log without its #fields line, so its columns are not known' };
  const log = header.log || logByFields(header.fields) || logByName(name);
  return {
    format: `zeek-tsv ${log || 'log'}`,
    shape: { kind: 'zeek-tsv', header: { ...header, log }, job: zeekTextJob },
  };
}

const headless = 'looks like a Zeek log without its header lines (#separator, #fields), so its columns are not known';

function looksHeadless(line: string): boolean {
  return /^(\d{9,10}\.\d+|X{10}\.X{6})\t[CF][A-Za-z0-9]{10,}\t/.test(line);
}

function zeekTextJob(options: ReadingOptions, header: ZeekHeader): Job {
  const unset = [...new Set([header.unsetField, header.emptyField, ''])];
  const first = sqlName(header.fields[0] ?? '');
  const last = sqlName(header.fields.at(-1) ?? '');
  const reading = delimitedReading({
    ...options,
    names: header.fields,
    delimiter: header.separator,
    quoted: false,
    skip: options.numbered ? 0 : header.lines,
    unknownSpellings: unset,
    form: `CASE WHEN starts_with(${first}, '#') THEN ${ignored('header and comment lines')}
      WHEN ${last} IS NULL THEN ${sqlText('r:the line has fewer columns than #fields names')} END`,
  });
  const vector = (text: string): string => `string_split(${text}, ${sqlText(header.setSeparator)})`;
  const mapping = usedLogs[header.log]?.toMapping(reading.columns, vector) ?? unusedMapping(header.log);
  return { reading, mapping };
}

function unusedMapping(log: string): Job['mapping'] {
  const reason = log ? `Weir does not use Zeek ${log} logs` : 'of no log that Weir uses';
  return { stage: { unused: 'true' }, verdict: ignored(reason), outputs: [] };
}

/** Zeek's JSON, plain or streamed, judged by a few of its records. */
export function recogniseZeekJson(records: readonly object[], name: string): Recognised | undefined {
  const logs = records.flatMap((record) => (isZeek(record) ? [logOf(record) || logByName(name)] : []));
  if (logs.length * 2 <= records.length) return undefined;
  const usual = mostFrequent(logs);
  return {
    format: `zeek-json ${new Set(logs).size > 1 ? 'mixed' : usual || 'log'}`,
    shape: {
      kind: 'json-lines',
      job: (options) => {
        const reading = jsonReading(options);
        return { reading, mapping: zeekJsonMapping(reading.columns, usual) };
      },
    },
  };
}

function isZeek(record: object): boolean {
  if (!('ts' in record)) return false;
  return (
    'uid' in record ||
    '_path' in record ||
    '@stream' in record ||
    addressSpellings.slice(0, 2).some((key) => key in record)
  );
}

function logOf(record: object): string {
  if ('_path' in record && typeof record._path === 'string') return record._path;
  if ('@stream' in record && typeof record['@stream'] === 'string') return record['@stream'];
  return logByFields(Object.keys(record));
}

function logByFields(fields: readonly string[]): string {
  const found = Object.entries(usedLogs).find(([, { keys }]) => keys.some((key) => fields.includes(key)));
  return found?.[0] ?? '';
}

/** The log that a file's name speaks of: `conn.00:00:00-01:00:00.log.gz`, `SCRANTON_dns.log`. */
function logByName(name: string): string {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return Object.keys(usedLogs).find((log) => words.includes(log)) ?? '';
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

import { sqlName, sqlText } from '../../engine/sql.ts';
import type { Format, Sample } from '../format.ts';
import { ignored, type Mapping } from '../mapping.ts';
import { delimitedReading } from '../reading.ts';
import type { ToJob, ZeekHeader } from '../recognised.ts';
import { parseZeekHeader, plainHeader } from './header.ts';
import { closedLog, logByFields, logByName, usedLogs } from './logs.ts';

/** Zeek's own text format: `#separator`, `#path`, `#fields`, or one line of names, then a line a record. */
export const zeekText: Format = {
  id: 'zeek-tsv',
  title: 'Zeek logs (conn, dns, http, ssl, quic, files) as text with header lines',
  gives: [
    'payload bytes both ways',
    'connection state',
    'host names from TLS, QUIC and HTTP',
    'DNS answers',
    'sizes of files and request bodies in clear text',
  ],
  lacks: ['process', 'account', 'device'],
  recognise: ({ lines, name }: Sample) => {
    const header = plainHeader(lines[0] ?? '') ?? parseZeekHeader(lines);
    const marked =
      header.isPlain || lines.slice(0, header.lines).some((line) => /^#(separator|fields|path)\b/.test(line));
    if (!marked) return looksHeadless(lines[0] ?? '') ? { reason: headless } : undefined;
    if (header.fields.length === 0) return { reason: 'a Zeek log without its #fields line: its columns are not known' };
    const logOf = ({ log, fields }: ZeekHeader): string => log || logByFields(fields) || logByName(name);
    const jobUnder = (changed: ZeekHeader): ToJob => toJob(changed, logOf(changed));
    return {
      format: `zeek-tsv ${logOf(header).slice(0, 40) || 'log'}`,
      shape: { kind: 'zeek-tsv', header, job: jobUnder(header), jobUnder },
    };
  },
};

const headless = 'looks like a Zeek log without its header lines (#separator, #fields), so its columns are not known';

function looksHeadless(line: string): boolean {
  return /^(\d{9,10}\.\d+|X{10}\.X{6})\t[CF][A-Za-z0-9]{10,}\t/.test(line);
}

function toJob(header: ZeekHeader, log: string): ToJob {
  return (options) => {
    const unknown = [...new Set([header.unsetField, header.emptyField, ''])];
    const first = sqlName(header.fields[0] ?? '');
    const last = sqlName(header.fields.at(-1) ?? '');
    const reading = delimitedReading({
      ...options,
      names: header.fields,
      delimiter: header.separator,
      quoted: false,
      skip: options.numbered ? 0 : header.lines,
      unknown,
      form: `CASE WHEN starts_with(${first}, '#') THEN ${ignored('header and comment lines')}
      WHEN ${last} IS NULL THEN ${sqlText('r:the line has fewer columns than #fields names')} END`,
    });
    const vector = (text: string): string => `string_split(${text}, ${sqlText(header.setSeparator)})`;
    const mapping = usedLogs[closedLog(log)]?.toMapping(reading.columns, vector) ?? unusedMapping(log);
    return { reading, mapping };
  };
}

function unusedMapping(log: string): Mapping {
  const reason = log ? `Weir does not use Zeek ${log.slice(0, 60)} logs` : 'of no log that Weir uses';
  return { stage: { unused: 'true' }, verdict: ignored(reason), outputs: [] };
}

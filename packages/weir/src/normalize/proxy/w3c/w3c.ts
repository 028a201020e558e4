import { commentLines } from '../../carefulRecord.ts';
import type { Format, Sample } from '../../format.ts';
import { ignored, type Mapping, rejected } from '../../mapping.ts';
import { lineColumn, linesReading, type RawColumns } from '../../reading.ts';
import type { Recognised, ToJob } from '../../recognised.ts';
import { recogniseRows } from '../../rows.ts';
import { withoutSyslog } from '../../sql/syslog.ts';
import { epochSecondsTicks, isoTicks } from '../../sql/time.ts';
import { carriedTexts } from '../../texts.ts';
import { proxyMapping } from '../request.ts';
import { misplaced, proxyRequest, serverRequest, shifted } from './columns.ts';
import { headerOf, isFields, lineColumns, roleOf, type W3cHeader } from './fields.ts';
import { sentinelRows } from './sentinel.ts';

/** W3C's extended log format, as proxies and IIS write it. */
export const w3c: Format = {
  id: 'w3c',
  title: 'W3C extended logs of proxies (ProxySG, Forefront TMG, Cisco WSA) and of IIS',
  gives: [
    'bytes both ways, with the headers of HTTP, where cs-bytes and sc-bytes are logged',
    'account, where the proxy authenticates',
    'host names that clients asked for',
    "the proxy's own address (s-ip)",
    'IIS: visits to our own server, as inbound connections',
  ],
  lacks: ['process', 'device', 'client port, but for c-port'],
  recognise: (sample) => recogniseRows(sample, sentinelRows) ?? headed(sample) ?? headless(sample),
};

function headed({ lines, objects }: Sample): Recognised | { reason: string } | undefined {
  const top = lines.filter((line) => line.startsWith('#'));
  if (objects.length > 0 || !/^\ufeff?#\s?(Software|Version|Date|Fields|Remark|Start-Date)\b/.test(lines[0] ?? ''))
    return undefined;
  const software =
    /^#\s?Software:(.*)/i.exec(top.find((line) => /^\ufeff?#\s?Software:/i.test(line)) ?? '')?.[1]?.trim() ?? '';
  const fieldsLine = top.find(isFields);
  const header = fieldsLine === undefined ? undefined : headerOf(fieldsLine, software);
  if (fieldsLine === undefined || !header)
    return { reason: 'a W3C extended log without its #Fields line: its columns are not known' };
  const why = unreadable(header);
  if (why) return { reason: why };
  const jobUnder = (line: string): ToJob => toJob(headerOf(line, software) ?? header);
  return { format: `w3c ${roleOf(header)}`, shape: { kind: 'w3c', job: jobUnder(fieldsLine), jobUnder } };
}

/** Why the lines below a header cannot be read. */
function unreadable(header: W3cHeader): string | undefined {
  const { fields } = header;
  if (roleOf(header) === undefined) {
    return 'a W3C extended log, and nothing in it says whether a proxy or a server wrote it, which turns sent into received';
  }
  if (!fields.includes('timestamp') && !(fields.includes('date') && fields.includes('time'))) {
    return 'a W3C extended log without the columns date and time; have them logged';
  }
  return undefined;
}

function toJob(header: W3cHeader): ToJob {
  return (options) => {
    const reading = linesReading(options);
    const form = `CASE WHEN starts_with(${lineColumn}, '#') THEN ${ignored(commentLines)} END`;
    return { reading: { ...reading, form }, mapping: mapping(reading.columns, header) };
  };
}

function mapping(raw: RawColumns, header: W3cHeader): Mapping {
  const { software, fields } = header;
  const { column, count } = lineColumns(raw, raw.verbatim(lineColumn), header);
  const stamp = column('timestamp');
  const time = fields.includes('date') ? `${column('date')} || ' ' || ${column('time')}` : stamp;
  const role = roleOf(header);
  const why = unreadable(header);
  return proxyMapping(
    {
      word: role === 'server' ? 'iis' : 'w3c',
      serves: role === 'server',
      repeats: true,
      stage: { cells: count, misplaced: misplaced(column) },
      rules: [...(why ? [['true', rejected(why)] as const] : []), [`cells <> ${fields.length} OR misplaced`, shifted]],
    },
    raw,
    {
      ...(role === 'server' ? serverRequest(column) : proxyRequest(column, software)),
      time,
      ticks: fields.includes('date') ? isoTicks(`(${time})`) : epochSecondsTicks(stamp),
      timeIsEnd: true,
    },
  );
}

/** Lines of ProxySG as syslog forwards them. */
function headless(sample: Sample): { reason: string } | undefined {
  const lines = carriedTexts(sample).map(withoutSyslog);
  const begins = lines.filter((line) =>
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d+ \S+ .*\b(OBSERVED|PROXIED|DENIED|TCP_[A-Z_]+)\b/.test(line),
  );
  if (begins.length * 2 <= lines.length) return undefined;
  return {
    reason:
      `looks like ProxySG's log without its #Fields line, so its columns are not known: give Weir the log files that the
      proxy uploads, which have that line, or put it above the lines`.replace(/\s+/g, ' '),
  };
}

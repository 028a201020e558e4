import type { Format, Sample } from '../../format.ts';
import type { Mapping } from '../../mapping.ts';
import type { RawColumns } from '../../reading.ts';
import { recogniseRows } from '../../rows.ts';
import { withoutSyslog } from '../../sql/syslog.ts';
import { carriedTexts, recogniseTexts } from '../../texts.ts';
import { commonForm, isOwnLine, nativeForm, ownFormat } from './lines.ts';
import { commonMapping, nativeMapping, ownMapping } from './mapping.ts';
import { sentinelRows } from './sentinel.ts';

const native = new RegExp(nativeForm.pattern);
const common = new RegExp(commonForm.pattern);

const layouts: readonly {
  name: string;
  is: (line: string) => boolean;
  mapping: (text: string, raw: RawColumns) => Mapping;
}[] = [
  { name: 'squid native', is: (line) => native.test(line), mapping: nativeMapping },
  { name: 'squid common', is: (line) => common.test(line), mapping: commonMapping },
  { name: 'squid weir', is: isOwnLine, mapping: ownMapping },
];

/** Squid's access.log, as lines, in syslog, in a column of rows, or as a table of Sentinel. */
export const squid: Format = {
  id: 'squid',
  title: 'Squid access logs (squid, common, combined, and the layout that Weir recommends)',
  gives: [
    'host names that clients asked for',
    'account, where Squid authenticates',
    'bytes to the client, with the headers of HTTP',
    `bytes from the client, client port and the proxy's own address with: ${ownFormat}`,
  ],
  lacks: ['process', 'device', "bytes from the client in Squid's own layouts", 'file names'],
  recognise: (sample) =>
    recogniseTexts(sample, {
      nameOf: (texts) => layoutOf(texts)?.name,
      mapping: (text, raw, texts) => (layoutOf(texts) ?? layouts[0])?.mapping(text, raw) as Mapping,
    }) ??
    recogniseRows(sample, sentinelRows) ??
    otherLayout(sample),
};

/** Of lines that are mixed the layout of most. */
function layoutOf(texts: readonly string[]) {
  const lines = texts.map(withoutSyslog);
  return layouts.find(({ is }) => lines.filter(is).length * 2 > lines.length);
}

/** Lines that begin as Squid's do and have other columns: what `logformat` made them only its administrator knows. */
function otherLayout(sample: Sample): { reason: string } | undefined {
  const lines = carriedTexts(sample).map(withoutSyslog);
  const begins = lines.filter((line) => /^ *\d{9,10}\.\d{3} +\d+ .*\b(TCP|NONE|TAG)[A-Z_]*\/\d{3} /.test(line));
  if (begins.length * 2 <= lines.length) return undefined;
  return {
    reason:
      `looks like a Squid access log with columns of its administrator's own, which Weir does not guess. Let Squid write
      a log that Weir reads as well: ${ownFormat} / access_log daemon:/var/log/squid/weir.log weir`.replace(
        /\s+/g,
        ' ',
      ),
  };
}

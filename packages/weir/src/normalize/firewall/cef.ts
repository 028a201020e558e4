import type { Format } from '../format.ts';
import { type Mapping, rejected } from '../mapping.ts';
import { otherLog, otherText } from '../otherLogs.ts';
import type { RawColumns } from '../reading.ts';
import { connectionMapping } from '../session/mapping.ts';
import { PairValues, pairsByKeys } from '../session/pairs.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { recogniseTexts } from '../texts.ts';
import { cefConnection } from './fields.ts';
import { fortinetSpelling } from './fortinetKeys.ts';

/** Events of ArcSight's Common Event Format: a header of seven parts and an extension of pairs, behind whatever syslog
 *  puts in front. */
export const cef: Format = {
  id: 'cef',
  title: 'CEF of firewalls and proxies (FortiGate, PAN-OS, Zscaler, Check Point and others), with or without syslog',
  gives: [...whatFirewallsTell, 'bytes in both directions as the product counts them'],
  lacks: [
    'process',
    'which way in and out count, for products that Weir does not know: out is taken for what the source sent',
    'events whose time has no year',
  ],
  recognise: (sample) =>
    recogniseTexts(sample, {
      nameOf: (texts) => {
        const events = texts.filter((text) => isCef.test(text));
        return events.length * 2 > texts.length ? 'cef' : undefined;
      },
      mapping: cefMapping,
    }),
};

const isCef = /(?:^|[\s>:"])CEF: ?\d+(?:\.\d+)?\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|/;

function cefMapping(text: string, raw: RawColumns): Mapping {
  const values = new PairValues(pairsByKeys('weir_extension'));
  const given = cefConnection({
    vendor: 'weir_cef.vendor',
    product: 'weir_cef.product',
    eventClass: 'weir_cef."class"',
    name: 'weir_cef.name',
    value: (...keys) => values.value(...keys),
    received: `coalesce(weir_stamped, ${raw.text('TimeGenerated', 'TimeGenerated [UTC]', '@timestamp')})`,
    verbatim: true,
  });
  const unused = `CASE WHEN NOT weir_is_event THEN ${otherText('weir_is_other', 'texts that are no CEF events; give Weir logs of other forms as files of their own')}
    WHEN weir_cef.vendor = '' THEN ${rejected('the CEF header has not seven parts')} ELSE ${given.unused} END`;
  const mapping = connectionMapping({ ...given, unused });
  return {
    ...mapping,
    pieces: [
      {
        weir_is_event: `coalesce(regexp_matches(${text}, '${start}'), false)`,
        weir_stamped: `nullif(regexp_extract(${text}, '${stamp}', 1), '')`,
        weir_bars: `string_split(${text}, '|')`,
      },
      { weir_is_plain: isPlain(text), weir_is_other: otherLog(text, 'weir_is_event') },
      { weir_cef: `CASE WHEN weir_is_plain THEN ${plainParts} ELSE ${parts(text)} END` },
      { weir_extension: fortinetSpelling('weir_cef.vendor', 'weir_cef.extension', ' ') },
      ...values.pieces,
      ...mapping.pieces,
    ],
  };
}

const start = 'CEF: ?[0-9.]+[|]';
const part = '((?:[^|\\\\]|\\\\.)*)';
const names = ['vendor', 'product', 'version', 'class', 'name', 'severity', 'extension'];

/** Vendor to severity; some products leave the last bar out where no extension follows. */
function parts(text: string): string {
  const header = `${Array(6).fill(part).join('[|]')}[|]?((?s:.*))$`;
  return `regexp_extract(${text}, '${start}${header}', [${names.map((name) => `'${name}'`).join(', ')}])`;
}

/** Whether every bar parts, and the first one is that of a whole header: such a text needs no pattern with groups, which
 *  takes ten times as long. */
function isPlain(text: string): string {
  return `len(weir_bars) >= 8 AND NOT contains(${text}, '\\|') AND regexp_matches(weir_bars[1], 'CEF: ?[0-9.]+$')`;
}

const extension = `CASE WHEN len(weir_bars) = 8 THEN weir_bars[8] ELSE list_aggregate(weir_bars[8:], 'string_agg', '|') END`;
const plainParts = `{${names.map((name, at) => `'${name}': ${name === 'extension' ? extension : `weir_bars[${at + 2}]`}`).join(', ')}}`;

/** RFC 5424 has a whole time in front; the older syslog has no year. */
const stamp = '^(?:<[0-9]+>)?(?:1 )?([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?) ';

import type { Format } from '../format.ts';
import { ignored, type Mapping, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { connectionMapping } from '../session/mapping.ts';
import { MarkedValues, markedByKeys } from '../session/pairs.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { recogniseTexts } from '../texts.ts';
import { cefConnection } from './fields.ts';

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
  const values = new MarkedValues('weir_marked');
  const given = cefConnection({
    vendor: 'weir_cef.vendor',
    product: 'weir_cef.product',
    eventClass: 'weir_cef."class"',
    name: 'weir_cef.name',
    value: (...keys) => values.value(...keys),
    received: `coalesce(weir_stamped, ${raw.text('TimeGenerated', 'TimeGenerated [UTC]', '@timestamp')})`,
    verbatim: true,
  });
  const unused = `CASE WHEN NOT weir_is_event THEN ${ignored('texts that are no CEF events; give Weir logs of other forms as files of their own')}
    WHEN weir_cef.vendor = '' THEN ${rejected('the CEF header has not seven parts')} ELSE ${given.unused} END`;
  const mapping = connectionMapping({ ...given, unused });
  return {
    ...mapping,
    pieces: [
      {
        weir_is_event: `coalesce(regexp_matches(${text}, '${start}'), false)`,
        weir_stamped: `nullif(regexp_extract(${text}, '${stamp}', 1), '')`,
        weir_cef: `regexp_extract(${text}, '${start}${header}', [${names.map((name) => `'${name}'`).join(', ')}])`,
      },
      { weir_marked: markedByKeys('weir_cef.extension') },
      ...values.pieces,
      ...mapping.pieces,
    ],
  };
}

const start = 'CEF: ?[0-9.]+[|]';
const part = '((?:[^|\\\\]|\\\\.)*)';
/** Vendor to severity; some products leave the last bar out where no extension follows. */
const header = `${Array(6).fill(part).join('[|]')}[|]?((?s:.*))$`;
const names = ['vendor', 'product', 'version', 'class', 'name', 'severity', 'extension'];
/** RFC 5424 has a whole time in front; the older syslog has no year. */
const stamp = '^(?:<[0-9]+>)?(?:1 )?([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?) ';

import { firstVerdict, ignored, ignoredBy } from '../mapping.ts';
import { isOneOf } from '../sql/words.ts';
import type { CefEvent } from './cefEvent.ts';

/** What makes the products differ, as columns: `cef_vendor` (one of `vendors`, or ''), `cef_type` and
 *  `cef_subtype` of the vendor's own kinds of logs, `cef_logs_ends` (logs are written when a session is over),
 *  `cef_names_only` (records that tell a session's ends, user and names, while its traffic record has the bytes:
 *  inspection, alerts, and the start of a session) and `cef_crossed` (`in` is what the source sent). */
export function vendorFacts(event: CefEvent): Record<string, string>[] {
  const { vendor, product, eventClass, name, value } = event;
  const isPanType = (text: string): string => isOneOf(`upper(${text})`, [...panUsed, ...panOthers]);
  return [
    {
      cef_vendor: `CASE ${vendors.map(([begins, own]) => `WHEN ${vendor} ILIKE '${begins}%' THEN '${own}'`).join(' ')} ELSE '' END`,
      cef_web_gateway: `${product} ILIKE '%web gateway%'`,
      cef_pan_os: `${product} ILIKE 'pan-os%'`,
      // PAN-OS's template has the subtype as event class and the type as name, the cloud service the other way round.
      cef_type: `CASE WHEN ${vendor} ILIKE 'fortinet%' THEN ${fortinetType(event)}
        WHEN ${isPanType(eventClass)} THEN upper(${eventClass}) ELSE upper(${name}) END`,
      cef_subtype: `CASE WHEN ${isPanType(eventClass)} THEN lower(${name}) ELSE lower(${eventClass}) END`,
    },
    {
      cef_logs_ends: `cef_vendor IN ('fortinet', 'paloalto')`,
      cef_names_only: `CASE cef_vendor WHEN 'fortinet' THEN cef_type NOT IN ('traffic', '') OR lower(coalesce(${value('act', 'FTNTFGTaction')}, '')) = 'start'
        WHEN 'paloalto' THEN cef_type <> 'TRAFFIC' OR cef_subtype = 'start'
        WHEN 'sonicwall' THEN ${eventClass} = '${sonicWall.opened}' ELSE false END`,
      cef_crossed: `CASE cef_vendor WHEN 'paloalto' THEN cef_pan_os AND ${panCrossed(event)} WHEN 'mcafee' THEN cef_web_gateway ELSE false END`,
    },
  ];
}

/** SonicWall's messages of one connection, which no number ties together: that of its end has all bytes, that of its beginning
 *  those of the first packet. */
export const sonicWall = { opened: '98', closed: '537' } as const;

/** How the vendors' names begin; McAfee's proxy is now Skyhigh's. */
const vendors = [
  ['fortinet', 'fortinet'],
  ['palo alto', 'paloalto'],
  ['zscaler', 'zscaler'],
  ['check point', 'checkpoint'],
  ['cisco', 'cisco'],
  ['forcepoint', 'forcepoint'],
  ['mcafee', 'mcafee'],
  ['skyhigh', 'mcafee'],
  ['sonicwall', 'sonicwall'],
] as const;

/** FortiGate begins the name with the type, `traffic:forward close`; FortiAnalyzer has it behind the subtype, `forward
 *  traffic close`, and in `cat`. */
function fortinetType({ name, value }: CefEvent): string {
  const word = (text: string, pattern: string): string => `nullif(regexp_extract(lower(${text}), '${pattern}', 1), '')`;
  const known = '(traffic|utm|event)';
  return `coalesce(${word(name, '^ *([a-z]+):')}, ${word(value('cat'), `^ *${known}`)}, ${word(name, `\\b${known}\\b`)},
    ${word(name, '^ *([a-z]+)')}, '')`;
}

const panUsed = ['TRAFFIC', 'THREAT', 'URL', 'FILE'];
const panOthers = [
  'CONFIG',
  'SYSTEM',
  'AUTH',
  'AUTHENTICATION',
  'DECRYPTION',
  'GLOBALPROTECT',
  'HIPMATCH',
  'IPTAG',
].concat(['SCTP', 'TUNNEL', 'USERID', 'GTP', 'CORRELATION', 'AUDIT', 'DNS']);

/** Whether PAN-OS wrote `in` for what the source sent, as its own template has it. Its packet counters say so where they
 *  fit only one reading: no packet of IP is under 20 bytes or over 64 KB. */
function panCrossed({ value, verbatim }: CefEvent): string {
  // Fewer digits than figures have, as they are multiplied.
  const counted = (packets: string): string =>
    `TRY_CAST(TRY_CAST(${value(packets)} AS BIGINT) AS DECIMAL(14, 0))::BIGINT`;
  const fits = (bytes: string, packets: string): string =>
    `TRY_CAST(${value(bytes)} AS BIGINT) BETWEEN ${counted(packets)} * 20 AND ${counted(packets)} * 65535`;
  const straight = `${fits('out', 'PanOSPacketsSent')} AND ${fits('in', 'PanOSPacketsReceived')}`;
  const crossed = `${fits('in', 'PanOSPacketsSent')} AND ${fits('out', 'PanOSPacketsReceived')}`;
  return `CASE WHEN ${value('PanOSPacketsSent')} IS NULL OR ${value('PanOSPacketsReceived')} IS NULL THEN ${verbatim}
    WHEN (${straight}) AND NOT (${crossed}) THEN false ELSE true END`;
}

/** Records of the vendors' own kinds that are of no use, over `vendorFacts` and the host name. */
export function vendorUnused(): string {
  return firstVerdict([
    [
      `cef_vendor = 'paloalto' AND NOT ${isOneOf('cef_type', panUsed)}`,
      ignoredBy(`'Weir does not use PAN-OS logs of the type ' || left(cef_type, 60)`),
    ],
    [`cef_vendor = 'paloalto' AND cef_type <> 'TRAFFIC' AND cef_host IS NULL`, ignored(threatsWithoutNames)],
    [
      `cef_vendor = 'fortinet' AND cef_type NOT IN ('traffic', 'utm', '')`,
      ignoredBy(`'Weir does not use FortiGate logs of the type ' || left(cef_type, 60)`),
    ],
    [`cef_vendor = 'fortinet' AND cef_type = 'utm' AND cef_host IS NULL`, ignored(inspectionsWithoutNames)],
  ]);
}

export const threatsWithoutNames = 'PAN-OS threat logs without a host name tell Weir nothing';
export const inspectionsWithoutNames = 'FortiGate inspection logs without a host name tell Weir nothing';

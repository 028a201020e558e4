import type { Given } from '../session/given.ts';
import { urlHost } from '../sql/host.ts';
import { type CefEvent, labelled } from './cefEvent.ts';
import { cefTimes } from './cefTimes.ts';
import { sonicWall, vendorFacts, vendorUnused } from './vendors.ts';

/** What a CEF event says of a connection.
 *
 *  CEF's dictionary has `in` for what the source sent. PAN-OS's own template and the web gateway of McAfee and Skyhigh keep
 *  to it; FortiGate, Zscaler, Check Point, Forcepoint and Palo Alto's cloud service write what the source sent to `out`, and
 *  so Sentinel reads it (SentBytes). Cisco's eStreamer client has names of its own. */
export function cefConnection(event: CefEvent): Given {
  const { value } = event;
  const cisco = (key: string): string => `CASE WHEN cef_vendor = 'cisco' THEN ${value(key)} END`;
  const counted = (text: string): string => `CASE WHEN NOT cef_names_only THEN ${text} END`;
  return {
    facts: [...vendorFacts(event), ...hostOf(event), ...cefTimes.facts(event)],
    ...cefTimes.given,
    protocol: value('proto'),
    source: addressOf(value('src'), value('c6a2')),
    source_port: value('spt'),
    destination: addressOf(value('dst'), value('c6a3')),
    destination_port: value('dpt'),
    destination_inside: value('destinationTranslatedAddress'),
    sent: counted(`CASE WHEN cef_crossed THEN ${value('in')} ELSE coalesce(${value('out')}, ${cisco('bytesOut')}) END`),
    answered: counted(
      `CASE WHEN cef_crossed THEN ${value('out')} ELSE coalesce(${value('in')}, ${cisco('bytesIn')}) END`,
    ),
    packets_sent: counted(
      `coalesce(${value('PanOSPacketsSent', 'FTNTFGTsentpkt')}, ${labelled(event, 'cn2', 'Packets Sent')})`,
    ),
    packets_answered: counted(
      `coalesce(${value('PanOSPacketsReceived', 'FTNTFGTrcvdpkt')}, ${labelled(event, 'cn3', 'Packets Received')})`,
    ),
    whole: `cef_vendor IN ('fortinet', 'paloalto')`,
    part: `cef_vendor = 'sonicwall' AND ${event.eventClass} IN ('${sonicWall.opened}', '${sonicWall.closed}')`,
    counter: `CASE WHEN cef_vendor IN ('fortinet', 'paloalto') THEN cef_vendor || '-ip'
      WHEN cef_vendor = 'zscaler' AND ${event.product} ILIKE '%web%' THEN 'zscaler-http' ELSE 'cef-bytes' END`,
    // A session that content inspection blocked is closed like any other.
    action: `CASE WHEN ${value('FTNTFGTutmaction')} IN ('block', 'blocked') THEN 'utm-block' ELSE ${value('act', 'FTNTFGTaction')} END`,
    // FortiGate says so where it did not look into the session.
    app: `coalesce(CASE WHEN lower(${value('FTNTFGTapp')}) <> 'unscanned' THEN ${value('FTNTFGTapp')} END, ${value('app')})`,
    host: 'cef_host',
    account: unescaped(
      `CASE cef_vendor WHEN 'fortinet' THEN ${value('suser', 'duser')}
        WHEN 'forcepoint' THEN coalesce(${value('loginID')}, regexp_replace(${value('suser')}, '^(?i:ldap)://.*/', ''))
        ELSE ${value('suser', 'suser0')} END`,
    ),
    sensor: value('dvchost', 'deviceExternalId', 'dvc'),
    vendor: `CASE WHEN cef_vendor IN ('fortinet', 'paloalto') THEN cef_vendor ELSE 'cef' END`,
    // Check Point writes a connection's log again when it knows more, with all that it knew before.
    session: `CASE cef_vendor WHEN 'fortinet' THEN ${value('externalId')} WHEN 'paloalto' THEN nullif(${value('cn1')}, '0')
      WHEN 'checkpoint' THEN CASE WHEN regexp_matches(${value('loguid')}, '0x0*[1-9a-fA-F]') THEN ${value('loguid')} END END`,
    record: `concat_ws('|', ${event.vendor}, ${event.product}, ${event.eventClass}, ${event.name}, ${value('externalId', 'loguid')})`,
    directed: `CASE ${value('deviceDirection')} WHEN '0' THEN 'in' WHEN '1' THEN 'out' END`,
    unused: vendorUnused(),
  };
}

/** PAN-OS has IPv6 addresses in columns of their own, and an address that stands for none beside them. */
function addressOf(address: string, longer: string): string {
  return `CASE WHEN ${longer} IS NOT NULL AND coalesce(${address}, '::') IN ('::', '::ffff:0', '0.0.0.0') THEN ${longer} ELSE ${address} END`;
}

/** What was asked for comes before what answers: `dhost` may be the end of a chain of aliases. */
function hostOf({ value }: CefEvent): Record<string, string>[] {
  const keys = ['reqHost', 'FTNTFGThostname', 'request', 'PanOSURLDomain', 'dhost'];
  const texts = keys.map((key) => [`cef_host_${key}`, `trim(${unescaped(value(key))}, '"')`] as const);
  return [Object.fromEntries(texts), { cef_host: `coalesce(${texts.map(([column]) => urlHost(column)).join(', ')})` }];
}

/** Without CEF's escapes. `\n` stays: in a name it is a domain's backslash that nobody escaped. */
function unescaped(text: string): string {
  return `regexp_replace(${text}, '\\\\([\\\\=|"])', '\\1', 'g')`;
}

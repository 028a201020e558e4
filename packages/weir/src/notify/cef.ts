import { isIPv4, isIPv6 } from 'node:net';
import type { Severity } from '../model/finding.ts';
import type { Notice, ToldAlert } from '../model/notice.ts';
import { ticksToUnixMs } from '../report/format.ts';
import { presentable } from '../report/presentable.ts';

/** CEF knows 0 to 10: 0 to 3 low, 4 to 6 medium, 7 and 8 high. */
const severityOf: Readonly<Record<Severity, number>> = { informational: 1, low: 3, medium: 6, high: 8 };

/** An alert's notice in ArcSight's Common Event Format, revision 25: upload is `out`, as the source is the device. */
export function cefLine(notice: Notice, about: ToldAlert): string {
  const { cause, severity } = notice;
  const { alert, opened, follows, because, finding } = presentable(about);
  const { rule, entities } = finding;
  const head = ['CEF:0', 'Weir', 'Weir', rule.version, rule.id, rule.name, String(severityOf[severity])].map((part) =>
    part.replace(/[\\|]/g, '\\$&'),
  );
  const fields: Readonly<Record<string, string | number | bigint | null>> = {
    rt: ticksToUnixMs(notice.at),
    start: ticksToUnixMs(finding.firstSeen),
    end: ticksToUnixMs(finding.lastSeen),
    externalId: `${alert}`,
    act: cause,
    cat: finding.category,
    msg: finding.title,
    reason: because,
    ...endpoint('s', entities.device, 2),
    suser: entities.account,
    sproc: entities.process,
    ...endpoint('d', entities.destination, 3),
    deviceDirection: 1,
    out: finding.bytesSent,
    in: finding.bytesReceived,
    cnt: finding.connections,
    ...labelled('cs1', 'Service', finding.service),
    ...labelled('cs2', 'Reasons', finding.reasons.join('; ')),
    ...labelled('cs3', 'Techniques', finding.techniques.join(', ')),
    ...labelled('cs4', 'NoticeId', String(notice.id)),
    ...labelled('cs5', 'CommandLine', entities.commandLine),
    ...labelled('cs6', 'Follows', follows === null ? '' : String(follows)),
    ...labelled('cn1', 'Score', finding.score),
    ...labelled('cn2', 'BytesKnownFor', finding.bytesKnown),
    ...labelled('cn3', 'Opened', ticksToUnixMs(opened)),
  };
  const extension = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${within(String(value), longestOf(name)).replace(/[\\=]/g, '\\$&')}`);
  return `${head.join('|')}|${extension.join(' ')}`;
}

/** Characters that the format has for a field's value. */
function longestOf(field: string): number {
  return /^cs\d$/.test(field) ? 4_000 : 1_023;
}

function within(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** `src` and `dst` hold IPv4 only; IPv6 has fields of its own. */
function endpoint(side: 's' | 'd', name: string, c6a: number): Record<string, string | number> {
  if (isIPv4(name)) return { [side === 's' ? 'src' : 'dst']: name };
  if (isIPv6(name))
    return labelled(`c6a${c6a}`, side === 's' ? 'Source IPv6 Address' : 'Destination IPv6 Address', name);
  return { [side === 's' ? 'shost' : 'dhost']: name };
}

function labelled(field: string, label: string, value: string | number): Record<string, string | number> {
  return value === '' ? {} : { [`${field}Label`]: label, [field]: value };
}

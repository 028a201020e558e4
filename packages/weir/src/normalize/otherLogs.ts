import { sqlText } from '../engine/sql.ts';
import { ignored, otherForm, rejected } from './mapping.ts';

/** Members that name where a connection went, as records of the formats in JSON do. */
const members = [
  ...['dest_ip', 'id[.]resp_h', 'RemoteIP', 'DestinationI[pP]', 'DstIpAddr', 'DeviceVendor'],
  ...['destination[.]ip', 'dst_endpoint', 'dstaddr', 'pkt_dstaddr'],
];

/** What tells logs that Weir reads from what else is written into syslog: CEF, LEEF, Sysmon's events, PAN-OS, FortiGate, Squid,
 *  and JSON. A pattern for the engine and for JavaScript alike. */
const pattern = [
  '(?:CEF: ?|LEEF:)[0-9.]+[|]',
  '<Event[ >].*Microsoft-Windows-Sysmon',
  ',(?:TRAFFIC|THREAT),',
  '\\blogid="?[0-9]{10}',
  '\\b(?:TCP|UDP|NONE)_[A-Z_]+/[0-9]{3} ',
  // From the first brace alone: whoever may write a text decides how many there are.
  `^[^{]*[{].*"(?:${members.join('|')})" *:`,
  '^[^{]*[{].*"destination" *: *[{]',
].join('|');

const known = new RegExp(pattern);

/** Whether a text that is of another form than its file's records is a record of a log that Weir reads. */
export function isOtherLog(text: string): boolean {
  return known.test(text);
}

/** The same in SQL, for texts of which `isOwn` does not hold. */
export function otherLog(text: string, isOwn: string): string {
  return `CASE WHEN NOT ${isOwn} THEN regexp_matches(${text}, ${sqlText(pattern)}) END`;
}

/** SQL of the verdict on a text of another form: a log that Weir reads (`is`, SQL) must not pass as one that nobody needs. */
export function otherText(is: string, reason: string): string {
  return `CASE WHEN ${is} THEN ${rejected(otherForm)} ELSE ${ignored(reason)} END`;
}

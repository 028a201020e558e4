import { sqlText } from '../../engine/sql.ts';

/** SQL of an event's extension with FortiOS' own names spelled as FortiOS 7 has them, `FTNTFGTduration`: older ones wrote
 *  `FortinetFortiGateduration`, FortiAnalyzer forwards `ad.duration`, and some collectors keep the bare name.
 *
 *  Of bare names only those are taken that CEF has no other use for. `before` is what stands between two pairs. */
export function fortinetSpelling(vendor: string, text: string, before: ' ' | ';'): string {
  const key = `(^|${before})(?:(?:FortinetFortiGate|ad[.])([a-z]+)|(${bareNames.join('|')}))=`;
  return `CASE WHEN ${vendor} ILIKE 'fortinet%' AND NOT contains(${text}, 'FTNTFGT')
    THEN regexp_replace(${text}, ${sqlText(key)}, '\\1FTNTFGT\\2\\3=', 'g') ELSE ${text} END`;
}

const bareNames = ['duration', 'eventtime', 'rcvdpkt', 'sentpkt', 'tz', 'utmaction'];

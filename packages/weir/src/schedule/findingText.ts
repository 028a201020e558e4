import type { Finding } from '../model/finding.ts';

/** A finding as a text for the store: without its rows and their ids, of which others keep what they need. */
export function findingText(finding: Finding): string {
  const evidence = { ...finding.evidence, eventIds: [], sample: [] };
  return JSON.stringify({ ...finding, evidence }, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

export function findingOfText(text: string): Finding {
  const finding = JSON.parse(text);
  const long = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    ...finding,
    firstSeen: BigInt(finding.firstSeen),
    lastSeen: BigInt(finding.lastSeen),
    bytesSent: long(finding.bytesSent),
    bytesReceived: long(finding.bytesReceived),
  };
}

import { createHash } from 'node:crypto';
import type { ToldFinding } from '../model/alert.ts';
import type { AuditEntry } from '../model/audit.ts';
import { type Finding, severities } from '../model/finding.ts';
import { ticksToIso } from '../report/format.ts';
import { jsonLong } from '../report/harmless.ts';
import { findingJson } from './findingJson.ts';

/** A finding's figures as the trail has them, from which the growth of an alert is drawn. */
export function figuresOf(finding: Finding): NonNullable<AuditEntry['details']> {
  return {
    severity: finding.severity,
    score: finding.score,
    bytesSent: finding.bytesSent === null ? null : jsonLong(finding.bytesSent),
    bytesReceived: finding.bytesReceived === null ? null : jsonLong(finding.bytesReceived),
    bytesKnown: finding.bytesKnown,
    connections: finding.connections,
    evidence: finding.evidence.count,
    firstSeen: ticksToIso(finding.firstSeen),
    lastSeen: ticksToIso(finding.lastSeen),
  };
}

/** The same for findings that say the same, of which no list need be compared. */
export function fingerprintOf({ finding }: ToldFinding): string {
  const { eventIds } = finding.evidence;
  const text = [findingJson(finding, finding.evidence.sample), eventIds.join('\n')];
  return createHash('sha256').update(JSON.stringify(text)).digest('base64url');
}

export function rankOf(finding: Finding): number {
  return severities.indexOf(finding.severity);
}

/** A finding as it stands where the older logs of its story are no longer kept: what was known of them stays. */
export function withOlder(before: Finding, now: Finding): Finding {
  const most = (a: bigint | null, b: bigint | null) => (a === null || (b !== null && b > a) ? b : a);
  const larger = now.connections >= before.connections ? now : before;
  const graver = now.score >= before.score ? now : before;
  return {
    ...larger,
    id: now.id,
    rule: now.rule,
    severity: rankOf(now) >= rankOf(before) ? now.severity : before.severity,
    score: graver.score,
    reasons: graver.reasons,
    firstSeen: before.firstSeen < now.firstSeen ? before.firstSeen : now.firstSeen,
    lastSeen: before.lastSeen > now.lastSeen ? before.lastSeen : now.lastSeen,
    bytesSent: most(before.bytesSent, now.bytesSent),
    bytesReceived: most(before.bytesReceived, now.bytesReceived),
    bytesKnown: Math.max(before.bytesKnown, now.bytesKnown),
    connections: Math.max(before.connections, now.connections),
    evidence: { ...now.evidence, count: Math.max(before.evidence.count, now.evidence.count) },
  };
}

/** Ten times as much is another matter; from unknown or nothing no multiple leads. */
export function isTenfold(before: bigint | null, now: bigint | null): boolean {
  return before !== null && before > 0n && now !== null && now >= 10n * before;
}

import { type Finding, type Severity, severities } from '../model/finding.ts';

/** Findings as a person wants them: the gravest first, then by score, by bytes, by time, by id. */
export function gravestFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      b.score - a.score ||
      compare(b.bytesSent ?? -1n, a.bytesSent ?? -1n) ||
      compare(a.firstSeen, b.firstSeen) ||
      compare(a.id, b.id),
  );
}

/** How many findings of each severity, the gravest first, those without any left out. */
export function perSeverity(findings: readonly Finding[]): { severity: Severity; count: number }[] {
  return severities
    .toReversed()
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

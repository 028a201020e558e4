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

const tiers: readonly (readonly Severity[])[] = [['high', 'medium'], ['low'], ['informational']];

/** The findings that a headline is about, so that ordinary use does not drown the rest: the high and medium ones; where
 *  there are none the low ones, then the informational. `severities` says which, in words. */
export function foremost(findings: readonly Finding[]): { findings: readonly Finding[]; severities: string } {
  const told =
    tiers.map((tier) => findings.filter(({ severity }) => tier.includes(severity))).find(({ length }) => length > 0) ??
    [];
  return {
    findings: told,
    severities: perSeverity(told)
      .map(({ severity }) => severity)
      .join(' and '),
  };
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

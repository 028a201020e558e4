import type { Finding } from '../model/finding.ts';

/** What findings tell together. Several rules may find the same connections, which are then counted once. */
export interface Total {
  /** Null where no connection's bytes are known. */
  readonly bytesSent: bigint | null;
  readonly bytesKnown: number;
  readonly connections: number;
  /** False where findings share a part of their connections, so that the sum is a lower bound. */
  readonly exact: boolean;
}

/** Adds up findings, the largest first; one whose evidence overlaps what is already counted is left out. */
export function together(findings: readonly Finding[]): Total {
  const seen = new Set<string>();
  const counted: Finding[] = [];
  let exact = true;
  for (const finding of findings.toSorted(largestFirst)) {
    const events = evidenceOf(finding);
    const already = events.filter((event) => seen.has(event)).length;
    for (const event of events) seen.add(event);
    if (already === 0) counted.push(finding);
    else if (already < events.length) exact = false;
  }
  const known = counted.filter(({ bytesSent }) => bytesSent !== null);
  return {
    bytesSent: known.length === 0 ? null : known.reduce((sum, { bytesSent }) => sum + (bytesSent ?? 0n), 0n),
    bytesKnown: counted.reduce((sum, { bytesKnown }) => sum + bytesKnown, 0),
    connections: counted.reduce((sum, { connections }) => sum + connections, 0),
    exact,
  };
}

/** Groups findings by a name they share, each group with its total: the most bytes first, then the gravest. */
export function totalsBy(
  findings: readonly Finding[],
  name: (finding: Finding) => string,
): { name: string; findings: readonly Finding[]; total: Total }[] {
  return [...Map.groupBy(findings, name)]
    .map(([group, members]) => ({ name: group, findings: members, total: together(members) }))
    .sort(
      (a, b) =>
        Number((b.total.bytesSent ?? -1n) - (a.total.bytesSent ?? -1n)) ||
        highestScore(b.findings) - highestScore(a.findings) ||
        (a.name < b.name ? -1 : 1),
    );
}

function highestScore(findings: readonly Finding[]): number {
  return Math.max(...findings.map(({ score }) => score));
}

function largestFirst(a: Finding, b: Finding): number {
  return Number((b.bytesSent ?? -1n) - (a.bytesSent ?? -1n)) || b.connections - a.connections || (a.id < b.id ? -1 : 1);
}

/** The connections behind a finding. Without lineage its story stands for them, so that two rules that tell the same
 *  story still count once. */
function evidenceOf({ evidence, entities, service }: Finding): readonly string[] {
  if (evidence.eventIds.length > 0) return evidence.eventIds;
  return [['story', entities.device, entities.account, entities.process, service].join('\u0000')];
}

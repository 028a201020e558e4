import type { RuleFindings, ToldFinding } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import { at, evidenceRow, finding } from '../report/result.fixture.ts';

export const rule = { id: 'weir.upload-volume', name: 'Large upload to an unsanctioned web service', version: '1.0.0' };

/** A finding over some rows of a log, a minute apart, each of a mebibyte; its id is its first row's, as a rule names it. */
export function story(rows: readonly number[], change: Partial<Finding> = {}): ToldFinding {
  const sorted = rows.toSorted((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  return {
    finding: finding({
      id: `f${first}`,
      rule,
      firstSeen: minute(first),
      lastSeen: minute(last),
      bytesSent: BigInt(rows.length) * 1_048_576n,
      bytesKnown: rows.length,
      connections: rows.length,
      evidence: {
        count: rows.length,
        eventIds: sorted.map((row) => `e${row}`),
        sample: sorted.slice(-2).map((row) => evidenceRow({ eventId: `e${row}`, timestamp: minute(row) })),
      },
      ...change,
    }),
  };
}

export function minute(n: number): bigint {
  return at('2026-11-21T00:00:00Z') + BigInt(n) * 600_000_000n;
}

/** What the rule finds at a minute. */
export function told(now: number, findings: readonly ToldFinding[], change: Partial<RuleFindings> = {}): RuleFindings {
  return { rule, revision: 'r1', findings, at: minute(now), wholeSince: 0n, ...change };
}

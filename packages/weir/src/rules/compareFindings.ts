import type { Finding } from '../model/finding.ts';
import type { ExpectedFinding } from './tests.ts';

/** What a test expected and did not get, and what it got and did not expect, in sentences; empty where all is well. Each
 *  expectation takes one finding, each finding answers one expectation. */
export function compareFindings(expected: readonly ExpectedFinding[], found: readonly Finding[]): string[] {
  const taken = assign(expected, found);
  const missing = expected.filter((_, index) => taken[index] === undefined);
  const surplus = found.filter((_, index) => !taken.includes(index));
  return [
    ...missing.map((want) => {
      const near = surplus[0];
      const why = near ? `; the nearest differs: ${differences(want, near).join(', ')}` : '';
      return `expected ${JSON.stringify(want)}, which was not found${why}`;
    }),
    ...surplus.map((finding) => `found, and not expected: ${finding.title} (${finding.severity}, ${finding.score})`),
  ];
}

/** Augmenting paths: the order of the findings never decides whether all expectations can be met. */
function assign(expected: readonly ExpectedFinding[], found: readonly Finding[]): (number | undefined)[] {
  const owner = new Map<number, number>();
  const place = (want: number, seen: Set<number>): boolean => {
    for (const [index, finding] of found.entries()) {
      const expectation = expected[want];
      if (seen.has(index) || !expectation || differences(expectation, finding).length > 0) continue;
      seen.add(index);
      const other = owner.get(index);
      if (other === undefined || place(other, seen)) {
        owner.set(index, want);
        return true;
      }
    }
    return false;
  };
  expected.forEach((_, want) => void place(want, new Set()));
  const taken: (number | undefined)[] = expected.map(() => undefined);
  for (const [index, want] of owner) taken[want] = index;
  return taken;
}

function differences(want: ExpectedFinding, finding: Finding): string[] {
  const { device, account, process, destination } = finding.entities;
  const { service, category, severity, bytesKnown, connections } = finding;
  const facts = {
    device,
    account,
    process,
    destination,
    service,
    category,
    severity,
    bytesKnown,
    connections,
    bytesSent: plain(finding.bytesSent),
    bytesReceived: plain(finding.bytesReceived),
  };
  const wrong = Object.entries(facts).flatMap(([name, is]) => {
    const should = want[name as keyof typeof facts];
    return should === undefined || should === is ? [] : [`${name} is ${is}, not ${should}`];
  });
  if (want.scoreAtLeast !== undefined && finding.score < want.scoreAtLeast) wrong.push(`score is ${finding.score}`);
  if (want.scoreAtMost !== undefined && finding.score > want.scoreAtMost) wrong.push(`score is ${finding.score}`);
  for (const part of want.because ?? []) {
    if (!finding.reasons.some((reason) => reason.includes(part))) wrong.push(`no reason says "${part}"`);
  }
  return wrong;
}

function plain(bytes: bigint | null): number | null {
  return bytes === null ? null : Number(bytes);
}

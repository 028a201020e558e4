import type { Finding } from '../model/finding.ts';
import type { Difference, FieldDifference } from '../model/ruleTest.ts';
import type { Check, ExpectedFinding } from './ruleTest.ts';

/** Where what was found is not what was expected; empty where all is well. Each expectation takes one finding, each
 *  finding answers one expectation. What is left on both sides is told in pairs that have most in common. */
export function compareFindings(expected: readonly ExpectedFinding[], found: readonly Finding[]): Difference[] {
  const taken = assign(expected, found);
  const missing = expected.filter((_, index) => taken[index] === undefined);
  const surplus = new Set(found.filter((_, index) => !taken.includes(index)));
  const told = missing.map((want): Difference => {
    const near = nearest(want, surplus);
    if (near !== undefined) surplus.delete(near);
    const about = {
      at: want.at,
      expected: want.checks.map(({ field, expected: text }) => ({ field, expected: text })),
    };
    return near === undefined
      ? { kind: 'missing', ...about }
      : { kind: 'unlike', ...about, found: near, fields: differences(want, near) };
  });
  return [...told, ...[...surplus].map((finding): Difference => ({ kind: 'surplus', found: finding }))];
}

/** Augmenting paths: the order of the findings never decides whether all expectations can be met. */
function assign(expected: readonly ExpectedFinding[], found: readonly Finding[]): (number | undefined)[] {
  const meets = expected.map(({ checks }) => found.map((finding) => checks.every(({ holds }) => holds(finding))));
  const owner = new Map<number, number>();
  const place = (want: number, seen: Set<number>): boolean => {
    for (const index of found.keys()) {
      if (seen.has(index) || !meets[want]?.[index]) continue;
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

/** The finding of which most of what is expected holds, if any of it does. */
function nearest({ checks }: ExpectedFinding, found: ReadonlySet<Finding>): Finding | undefined {
  const held = (finding: Finding) => checks.filter(({ holds }) => holds(finding)).length;
  const [best] = [...found].sort((a, b) => held(b) - held(a));
  return best !== undefined && (held(best) > 0 || (checks.length === 1 && found.size === 1)) ? best : undefined;
}

function differences({ checks }: ExpectedFinding, finding: Finding): FieldDifference[] {
  return checks.filter(({ holds }) => !holds(finding)).map((check) => difference(check, finding));
}

function difference({ field, expected, found }: Check, finding: Finding): FieldDifference {
  return { field, expected, found: found(finding) };
}

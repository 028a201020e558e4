import { implies } from '../model/implies.ts';
import type { Predicate } from '../model/predicate.ts';
import type { Finding, Rule } from '../rule.ts';
import { conditionOf, short } from './expressions.ts';

export const coversEverything: Rule = {
  code: 'WL303',
  name: '`or` that lets everything through',
  severity: 'error',
  what: 'One side of an `or` holds wherever the other does not: `x != "a" or x != "b"`.',
  why: 'Every row passes. Usually two exclusions were joined by `or` where `and` was meant, and nothing is excluded.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where AccountName !~ "svc-backup" or AccountName !~ "svc-scan"',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where AccountName !in~ ("svc-backup", "svc-scan")',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const step of steps) {
        const condition = conditionOf(step);
        if (condition !== undefined) yield* inside(condition);
      }
    }
  },
};

function* inside(predicate: Predicate): Generator<Finding> {
  if (predicate.kind === 'test') return;
  const parts = predicate.kind === 'not' ? [predicate.part] : predicate.parts;
  if (predicate.kind === 'or') {
    for (const [index, part] of parts.entries()) {
      const other = parts
        .slice(0, index)
        .find((before) => implies({ kind: 'not', part: before, node: before.node }, part));
      if (other === undefined) continue;
      yield {
        at: predicate.node,
        message: `every row passes: where \`${short(other.node)}\` is false, \`${short(part.node)}\` is true`,
        fix: 'Write `and`, or one list with `!in~`.',
      };
      break;
    }
  }
  for (const part of parts) yield* inside(part);
}

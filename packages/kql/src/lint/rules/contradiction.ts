import { contradicts } from '../model/implies.ts';
import type { Predicate } from '../model/predicate.ts';
import { conjunctsOf } from '../model/predicate.ts';
import type { Finding, Rule } from '../rule.ts';
import { conditionOf, short } from './expressions.ts';
import { stepsWithFacts } from './facts.ts';

export const contradiction: Rule = {
  code: 'WL301',
  name: 'conditions that exclude each other',
  severity: 'error',
  what: 'Two conditions that must both hold can never hold together.',
  why: 'No row passes: the rule, or this branch of it, is silent for ever and looks like a clean network.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where ActionType == "ConnectionFailed"\n| where ActionType == "ConnectionFound"',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where ActionType in ("ConnectionFailed", "ConnectionFound")',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      for (const { step, facts } of stepsWithFacts(pipeline)) {
        const condition = conditionOf(step);
        if (condition === undefined || !pipeline.steps.includes(step)) continue;
        for (const part of conjunctsOf(condition)) {
          const other = facts.find(({ predicate }) => contradicts(predicate, part));
          if (other !== undefined) yield excluded(part, other.predicate);
        }
        yield* inside(condition);
      }
    }
  },
};

/** Pairs within one `and`, at any depth. */
function* inside(predicate: Predicate): Generator<Finding> {
  if (predicate.kind === 'test') return;
  const parts = predicate.kind === 'not' ? [predicate.part] : predicate.parts;
  if (predicate.kind === 'and') {
    for (const [index, part] of parts.entries()) {
      const other = parts.slice(0, index).find((before) => contradicts(before, part));
      if (other !== undefined) yield excluded(part, other);
    }
  }
  for (const part of parts) yield* inside(part);
}

function excluded(part: Predicate, other: Predicate): Finding {
  return {
    at: part.node,
    message: `\`${short(part.node)}\` is never true where \`${short(other.node)}\` holds, so no row passes both`,
    fix: 'If either is meant, write `or` or one list; else take the wrong one out.',
  };
}

import type { Bound } from '../../parse/tree.ts';
import type { Env } from '../model/env.ts';
import { contradicts, implies } from '../model/implies.ts';
import { type Predicate, predicateOf } from '../model/predicate.ts';
import { knownValue } from '../model/values.ts';
import type { Finding, Rule } from '../rule.ts';
import { callOf, callsIn, short } from './expressions.ts';
import { type Fact, stepsWithFacts } from './facts.ts';

export const unreachableArm: Rule = {
  code: 'WL304',
  name: 'arm of `case` or `iff` that is never taken',
  severity: 'warning',
  what: 'The condition of an arm follows from those before it, or no row that the filters let through can meet it.',
  why: 'The category or the threshold of that arm is never used: what it was meant for gets another one.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| extend Kind = case(ProcessCommandLine has "net", "network", ProcessCommandLine has "net user", "accounts", "other")',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| extend Kind = case(ProcessCommandLine has "net user", "accounts", ProcessCommandLine has "net", "network", "other")',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      for (const { step, facts } of stepsWithFacts(pipeline)) {
        if (!pipeline.steps.includes(step)) continue;
        for (const { name, args } of callsIn(step.node)) {
          if (name === 'case' || name === 'iff' || name === 'iif') yield* arms(args, step.env, facts);
        }
      }
    }
  },
};

function* arms(
  args: readonly Bound[],
  env: Env,
  facts: readonly Fact[],
  outer: readonly Predicate[] = [],
): Generator<Finding> {
  const conditions = args.filter((_, index) => index % 2 === 0).slice(0, Math.floor(args.length / 2));
  const before: Predicate[] = [...outer];
  for (const node of conditions) {
    const predicate = predicateOf(node, env);
    const earlier = before.find((item) => implies(predicate, item));
    const never = facts.find((fact) => contradicts(fact.predicate, predicate));
    const always = knownValue(node, env);
    const certain = facts.find((fact) => implies(fact.predicate, predicate));
    if (earlier !== undefined) {
      yield {
        at: node,
        message: `this arm is never taken: wherever \`${short(node)}\` holds, \`${short(earlier.node)}\` before it holds already`,
        fix: 'Put the narrower condition first, or take the arm out.',
      };
    } else if (always?.kind === 'bool' && !always.value) {
      yield { at: node, message: 'this arm is never taken: its condition is false', fix: 'Take the arm out.' };
    } else if (never !== undefined) {
      yield {
        at: node,
        message: `this arm is never taken: the filter \`${short(never.predicate.node)}\` lets no row through that meets it`,
        fix: 'Take the arm out, or loosen the filter.',
      };
    } else if ((always?.kind === 'bool' && always.value) || certain !== undefined) {
      yield {
        at: node,
        message: `this condition always holds${certain === undefined ? '' : `, as the filter \`${short(certain.predicate.node)}\` says`}: what comes after it is never taken`,
        fix: 'Take the `case` out, or correct the condition.',
      };
      return;
    }
    before.push(predicate);
  }
  // What stands in place of the last value is asked where none of these held.
  const end = args.at(-1);
  const last = end === undefined ? undefined : callOf(end);
  if (last !== undefined && /^(case|iff|iif)$/.test(last.name)) yield* arms(last.args, env, facts, before);
}

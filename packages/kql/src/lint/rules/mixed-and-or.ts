import { type Bound, bare, need } from '../../parse/tree.ts';
import type { Env } from '../model/env.ts';
import { isStep } from '../model/pipeline.ts';
import { keyOf, predicateOf, type Test } from '../model/predicate.ts';
import type { Rule } from '../rule.ts';
import { short } from './expressions.ts';

export const mixedAndOr: Rule = {
  code: 'WL305',
  name: '`and` and `or` without parentheses',
  severity: 'warning',
  what: 'An `or` follows an `and` without parentheses, and its right side asks about the same column as the last condition before it, or the same of another column.',
  why: '`and` binds tighter: `a and x == 1 or x == 2` lets every row with x == 2 through, whatever a says.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where AccountName =~ "svc-web" and ProcessCommandLine has "whoami" or ProcessCommandLine has "nltest"',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where AccountName =~ "svc-web" and (ProcessCommandLine has "whoami" or ProcessCommandLine has "nltest")',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const step of steps) {
        const condition = isStep(step, 'Filter') ? step.node.child('Condition') : undefined;
        if (condition === undefined) continue;
        const sides = orSides(bare(condition));
        for (const [index, side] of sides.slice(1).entries()) {
          const before = sides[index];
          if (before?.kind !== 'AndExpression') continue;
          const last = testAt(need(before, 'Right'), step.env);
          const next = side.kind === 'AndExpression' ? undefined : testAt(side, step.env);
          if (last === undefined || next === undefined) continue;
          if (last.negated !== next.negated || !(sameSubject(last, next) || sameQuestion(last, next))) continue;
          yield {
            at: side,
            message: `\`and\` binds tighter than \`or\`: \`${short(side)}\` lets rows through alone, without \`${short(need(before, 'Left'))}\``,
            fix: `Write \`… and (${short(last.node)} or ${short(side)})\`${sameSubject(last, next) ? ', or one list' : ''}.`,
          };
        }
      }
    }
  },
};

/** The sides of a chain of `or`, parentheses kept. */
function orSides(node: Bound): readonly Bound[] {
  return node.kind === 'OrExpression' ? [...orSides(need(node, 'Left')), need(node, 'Right')] : [node];
}

function testAt(node: Bound, env: Env): Test | undefined {
  const predicate = predicateOf(node, env);
  return predicate.kind === 'test' && predicate.relation !== 'other' ? predicate : undefined;
}

function sameSubject(first: Test, second: Test): boolean {
  return keyOf(first.subject) === keyOf(second.subject);
}

/** `a has "x"` and `b has "x"`. */
function sameQuestion(first: Test, second: Test): boolean {
  const [one, other] = [first, second].map(({ items }) => (items ?? []).map(({ node }) => keyOf(node)).join());
  return first.operator === second.operator && one !== '' && one === other;
}

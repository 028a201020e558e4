import { type Bound, bare } from '../../parse/tree.ts';
import type { Predicate, Test } from '../model/predicate.ts';
import type { Finding, Rule } from '../rule.ts';
import { callOf, conditionOf, short } from './expressions.ts';

export const ipv6Forgotten: Rule = {
  code: 'WL505',
  name: 'IPv6 dropped by a negated IPv4 test',
  severity: 'warning',
  what: '`not(ipv4_is_private(x))` or `ipv4_is_in_range(x, …) == false` stands in a filter.',
  why: 'For an IPv6 address these functions give null, `not(null)` is null, and a filter drops the row: every connection over IPv6 is lost.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001 and not(ipv4_is_private(RemoteIP))',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001 and not(coalesce(ipv4_is_private(RemoteIP), false))',
  },
  *check(query) {
    for (const { steps } of query.pipelines) {
      for (const step of steps) {
        const condition = conditionOf(step);
        if (condition !== undefined && !/ipv6|isnull|isnotnull/i.test(step.node.text)) yield* inside(condition);
      }
    }
  },
};

function* inside(predicate: Predicate): Generator<Finding> {
  if (predicate.kind !== 'not' && predicate.kind !== 'test') {
    for (const part of predicate.parts) yield* inside(part);
    return;
  }
  const tested = predicate.kind === 'not' ? predicate.part.node : comparedWithFalse(predicate);
  const call = tested === undefined ? undefined : callOf(bare(tested));
  if (call === undefined || !/^ipv4_is_(private|in_range|in_any_range|match)$/.test(call.name)) return;
  yield {
    at: predicate.node,
    message: `\`${short(call.node)}\` is null for an IPv6 address, and so is its negation: the filter drops every IPv6 row`,
    fix: `Write \`not(coalesce(${short(call.node, 80)}, false))\`.`,
  };
}

function comparedWithFalse({ operator, items, subject }: Test): Bound | undefined {
  const value = items?.[0]?.value;
  const isFalse = (value?.kind === 'bool' || value?.kind === 'number') && !value.value;
  return operator === '==' && isFalse ? subject : undefined;
}

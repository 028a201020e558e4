import { lookBack, spanLiteral, spanText } from '../model/time.ts';
import type { Rule } from '../rule.ts';
import { eventPipelines } from './time.ts';

const hour = 36_000_000_000n;

export const lookBackAndSchedule: Rule = {
  code: 'WL402',
  name: 'look-back that does not fit the schedule',
  severity: 'error',
  what: "The query looks back less far than its runs are apart; or it asks for more than the rule's queryPeriod, which is all that it is given.",
  why: 'What happens between two runs is never looked at, or the far part of the time filter never has rows.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(30m)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: hour },
    isRuleFile: true,
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: hour },
    isRuleFile: true,
  },
  *check(query) {
    const { frequency, period, nearRealTime } = query.facts;
    if (frequency === undefined || period === undefined || nearRealTime) return;
    if (period < frequency) {
      yield {
        at: { place: ['queryPeriod'] },
        message: `queryPeriod is ${spanText(period)} and queryFrequency ${spanText(frequency)}: the time between two runs is never looked at`,
        fix: `Make queryPeriod at least ${spanLiteral(frequency)}.`,
      };
    }
    const bounds = [...eventPipelines(query)].flatMap(({ pipeline }) => lookBack(pipeline) ?? []);
    const furthest = bounds.reduce((most, { back = 0n }) => (back > most ? back : most), 0n);
    for (const { node, back, until } of bounds) {
      if (back === undefined) continue;
      if (back > period) {
        yield {
          at: node,
          severity: 'warning',
          message: `the query asks for ${spanText(back)}, and its runs are given ${spanText(period)} (queryPeriod): older rows never come`,
          fix: `Make queryPeriod ${spanLiteral(back)}, or look back ${spanLiteral(period)}.`,
        };
      } else if (back - until < frequency && back === furthest) {
        yield {
          at: node,
          message: `the query looks at ${spanText(back - until)} every ${spanText(frequency)}: what happens between is never looked at`,
          fix: `Look back at least ${spanLiteral(frequency)}.`,
        };
      }
    }
  },
};

import { spanText } from '../model/time.ts';
import type { Rule } from '../rule.ts';

const hour = 36_000_000_000n;

export const repeatedAlerts: Rule = {
  code: 'WL403',
  name: 'the same event alerts at every run',
  severity: 'warning',
  what: 'The rule looks back further than its runs are apart, and nothing says which alerts are the same story: no grouping, no suppression, no finding key.',
  why: 'One row alerts once for each run that still sees it: a day of look-back every hour makes 24 alerts of it.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1d)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: 24n * hour },
    isRuleFile: true,
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1d)\n| where RemotePort == 9001',
    product: 'sentinel',
    facts: { frequency: hour, period: 24n * hour, deduplicated: true },
    isRuleFile: true,
  },
  *check({ facts: { frequency, period, deduplicated, nearRealTime }, answer, product }) {
    if (frequency === undefined || period === undefined || period <= frequency || nearRealTime) return;
    if (deduplicated || product === 'weir' || answer === undefined) return;
    yield {
      at: { place: ['queryPeriod'] },
      message: `each run looks back ${spanText(period)} and a run comes every ${spanText(frequency)}: the same event alerts up to ${period / frequency} times`,
      fix: 'Make queryPeriod equal to queryFrequency, group incidents (incidentConfiguration.groupingConfiguration), or give Weir a finding key.',
    };
  },
};

import { nearest } from '../model/names.ts';
import type { Rule } from '../rule.ts';

export const wantedColumns: Rule = {
  code: 'WL105',
  name: 'rule maps a column that the query does not give',
  severity: 'error',
  what: 'An entity mapping, a custom detail or a finding key names a column that the result does not have.',
  why: 'Sentinel refuses the rule, or its alerts lack the entity by which incidents are joined.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where RemotePort == 9001\n| project TimeGenerated, DeviceId, ReportId, Account = InitiatingProcessAccountName',
    product: 'sentinel',
    facts: {
      period: 36_000_000_000n,
      frequency: 36_000_000_000n,
      wanted: [{ column: 'AccountName', what: 'an entity mapping', place: ['entityMappings'] }],
    },
    isRuleFile: true,
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where RemotePort == 9001\n| project TimeGenerated, DeviceId, ReportId, Account = InitiatingProcessAccountName',
    product: 'sentinel',
    facts: {
      period: 36_000_000_000n,
      frequency: 36_000_000_000n,
      wanted: [{ column: 'Account', what: 'an entity mapping', place: ['entityMappings'] }],
    },
    isRuleFile: true,
  },
  *check({ facts, answer }) {
    if (answer === undefined || answer.scope.open || answer.scope.names.size === 0) return;
    const { names } = answer.scope;
    for (const { column, what, place } of facts.wanted ?? []) {
      if (names.has(column)) continue;
      const near = nearest(column, names.keys());
      const fix =
        near === undefined ? `Add it to the query's last \`project\`, or take the mapping out.` : `Write \`${near}\`.`;
      yield { at: { place }, message: `${what} names \`${column}\`, which is not a column of the query's result`, fix };
    }
  },
};

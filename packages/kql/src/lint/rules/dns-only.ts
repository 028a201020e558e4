import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { columnBehind, everyTest } from './expressions.ts';

const dnsTables = /^(DnsEvents|ASimDnsActivityLogs|AZFWDnsQuery|CloudDnsEvents)$/;

export const dnsOnly: Rule = {
  code: 'WL508',
  name: 'DNS as the only witness',
  severity: 'info',
  what: 'The query looks at name lookups and nothing else.',
  why: 'A lookup is no connection and has no bytes; names that are cached, asked over HTTPS or connected to by address are not seen, and behind a resolver the client is the resolver.',
  bad: { kql: 'DnsEvents\n| where TimeGenerated > ago(1h)\n| where ClientIP == "192.0.2.7"', product: 'sentinel' },
  good: {
    kql: 'DeviceNetworkEvents\n| where TimeGenerated > ago(1h)\n| where RemotePort == 9001',
    product: 'sentinel',
  },
  *check(query) {
    const tables = query.pipelines.flatMap(({ source }) => (source.kind === 'table' ? [source] : []));
    const [first] = tables;
    if (first === undefined) return;
    const all = tables.every(({ name }) => dnsTables.test(name)) || byAction(query);
    if (!all) return;
    yield {
      at: first.node,
      message:
        'only name lookups are looked at: a lookup is no connection and has no bytes, and cached names, DNS over HTTPS and bare addresses are missed',
      fix: 'Join connections (DeviceNetworkEvents, a proxy, flow logs) by client and time.',
    };
  },
};

/** The endpoint's own reports of lookups. */
function byAction(query: Query): boolean {
  let found = false;
  for (const { test, negated, step } of everyTest(query)) {
    if (negated || test.relation !== 'equals' || columnBehind(test.subject, step.input)?.column !== 'ActionType')
      continue;
    const actions = texts(test.items).map((item) => item.text);
    if (!actions.every((action) => /^Dns(ConnectionInspected|QueryResponse)$/.test(action))) return false;
    found = actions.length > 0;
  }
  return found;
}

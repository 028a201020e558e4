import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';
import { finds } from './hosts-of-service.ts';

export const regionalHost: Rule = {
  code: 'WL907',
  name: 'host whose regional names are missed',
  severity: 'info',
  what: 'A host is listed that the service also has under a name for each region or customer, and the list matches none of those.',
  why: 'Most traffic goes to the regional name: `s3.amazonaws.com` does not match bucket.s3.eu-west-1.amazonaws.com, as the region stands between.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl endswith ".store.bigcloud.com" or RemoteUrl =~ "store.bigcloud.com"',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl matches regex @"(^|\\.)store\\.([a-z0-9-]+\\.)?bigcloud\\.com$"',
  },
  *check(query) {
    const tests = [...everyTest(query)].filter(({ test, negated, step }) => {
      const column = columnBehind(test.subject, step.input)?.column;
      return !negated && column !== undefined && isRemoteHost(column);
    });
    const all = tests.flatMap(({ test }) => texts(test.items).map((item) => ({ ...item, test })));
    const patterns = [...(query.hosts?.services.values() ?? [])].flat().filter((host) => host.includes('.*.'));
    const told = new Set<string>();
    for (const { text, node } of all) {
      const host = text.toLowerCase().replace(/^\./, '');
      const pattern = patterns.find((item) => item.replace('.*.', '.') === host);
      if (pattern === undefined || told.has(host)) continue;
      told.add(host);
      const regional = `name.${pattern.replaceAll('*', 'region-1')}`;
      if (all.some((item) => finds(item.test, item.text.toLowerCase(), regional))) continue;
      yield {
        at: node,
        message: `"${text}" does not match ${pattern}, under which the service has most of its names`,
        fix: `Match the pattern as well: \`matches regex @"(^|\\.)${pattern.replaceAll('.', '\\.').replace('*', '[a-z0-9-]+')}$"\`, or on Weir take Service.`,
      };
    }
  },
};

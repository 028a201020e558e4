import type { Test } from '../model/predicate.ts';
import { hasTerm } from '../model/terms.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest, listed } from './expressions.ts';

export const hostsOfService: Rule = {
  code: 'WL905',
  name: 'list with some hosts of a service',
  severity: 'info',
  what: 'A list of hosts names one host of a service, and the catalogue knows others that the list does not match.',
  why: 'Uploads go to the other hosts as well: api.github.com is watched, and git pushes to github.com.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("chatter.com", "chatterapp.com", "api.chatter.com", "drophere.com")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("chatter.com", "chatterapp.com", "api.chatter.com", "drophere.com", "content.drophere.com")',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, negated, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      const items = texts(test.items);
      const [first] = items;
      if (
        negated ||
        column === undefined ||
        !isRemoteHost(column) ||
        items.length < 4 ||
        first === undefined ||
        told.has(first.node)
      )
        continue;
      told.add(first.node);
      const missed: string[] = [];
      const named = new Set(items.map(({ text }) => query.hosts?.serviceOf(text.toLowerCase())?.service));
      for (const [service, hosts] of query.hosts?.services ?? []) {
        if (!named.has(service)) continue;
        const absent = hosts.filter(
          (host) => !items.some(({ text }) => finds(test, text.toLowerCase(), host.replaceAll('*', 'x'))),
        );
        if (absent.length > 0) missed.push(`${service}: ${listed(absent, 1)}`);
      }
      if (missed.length === 0) continue;
      yield {
        at: first.node,
        message: `the list has some hosts of ${missed.length === 1 ? 'a service' : `${missed.length} services`}, not all that are known: ${missed.slice(0, 12).join('; ')}${missed.length > 12 ? '; …' : ''}`,
        fix: 'Add them, or take the list from the catalogue (on Weir: ServiceCategory and Service).',
      };
    }
  },
};

/** Does a test for this text let the host through? */
export function finds({ relation }: Test, text: string, host: string): boolean {
  if (relation === 'has') return hasTerm(host, text);
  if (relation === 'contains') return host.includes(text);
  if (relation === 'endswith') return host.endsWith(text) || `.${host}` === text;
  return host === text;
}

import { editDistance } from '../model/names.ts';
import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const nearKnownHost: Rule = {
  code: 'WL904',
  name: 'host that is one letter from a known one',
  severity: 'warning',
  what: 'A host is no known service, and differs by one letter from one that is.',
  why: 'It is probably a misspelling: the service that was meant is not watched.',
  bad: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl =~ "drphere.com"' },
  good: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl =~ "drophere.com"' },
  *check(query) {
    const told = new Set<unknown>();
    const known = [...(query.hosts?.services.values() ?? [])].flat().filter((host) => !host.includes('*'));
    for (const { test, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (column === undefined || !isRemoteHost(column)) continue;
      for (const { text, node } of texts(test.items)) {
        const host = text.toLowerCase().replace(/^\.|\/$/g, '');
        const near = told.has(node) ? undefined : nearHost(query, host, known);
        if (near === undefined) continue;
        told.add(node);
        yield {
          at: node,
          message: `"${text}" is no service that is known, and one letter from "${near}", which is`,
          fix: `Write "${near}", if that is meant.`,
        };
      }
    }
  },
};

function nearHost(query: Query, host: string, known: readonly string[]): string | undefined {
  if (host.length < 8 || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) || query.hosts?.hasPublicSuffix(host) === false)
    return undefined;
  if (known.some((other) => other === host || host.endsWith(`.${other}`) || other.endsWith(`.${host}`)))
    return undefined;
  const end = host.slice(host.indexOf('.'));
  return known.find((other) => other.endsWith(end) && editDistance(host, other, 1) === 1);
}

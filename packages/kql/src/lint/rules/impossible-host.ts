import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const impossibleHost: Rule = {
  code: 'WL901',
  name: 'host that cannot exist',
  severity: 'error',
  what: 'A value that is compared with a host has a scheme, a port, a blank or a slash at its end, or ends in what is no public suffix.',
  why: 'It never matches, and the service that it was meant for is not watched.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("paste.example", "drop.example", "share.exampl")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("paste.example", "drop.example", "share.example")',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (
        column === undefined ||
        !isRemoteHost(column) ||
        !/^(equals|has|endswith|startswith|contains)$/.test(test.relation)
      )
        continue;
      const items = texts(test.items);
      const whole = test.relation === 'equals' || test.relation === 'endswith';
      const areHosts = items.filter(({ text }) => hasSuffix(query, text)).length > items.length / 2;
      for (const { text, node } of items) {
        const reason = wrongWith(query, text, {
          column,
          whole,
          areHosts: areHosts && items.length > 2,
          relation: test.relation,
        });
        if (reason === undefined || told.has(node)) continue;
        told.add(node);
        yield { at: node, message: `"${text}" ${reason.message}`, fix: reason.fix };
      }
    }
  },
};

interface Circumstance {
  readonly column: string;
  readonly whole: boolean;
  readonly areHosts: boolean;
  readonly relation: string;
}

function wrongWith(
  query: Query,
  text: string,
  { column, whole, areHosts, relation }: Circumstance,
): { readonly message: string; readonly fix: string } | undefined {
  const bare = text
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/:].*$/, '')
    .trim();
  const isUrl = /Url$|URL$/.test(column);
  if (!/^[^\s]*\.[^\s]*$/.test(text.trim()) || bare === '') return undefined;
  if (/\s/.test(text)) return { message: 'holds a blank, which stands in no host', fix: `Write "${bare}".` };
  if (/^https?:\/\//i.test(text) && !isUrl)
    return { message: 'has a scheme, which a host has not', fix: `Write "${bare}".` };
  if (/\/$/.test(text) && (relation === 'endswith' || (relation === 'equals' && !/:\/\//.test(text)))) {
    return { message: 'ends in a slash, which no host does, so it does not match', fix: `Write "${bare}".` };
  }
  if (/^[\w.-]+\.[a-z]{2,}:\d{1,5}$/i.test(text))
    return { message: 'has a port, which stands in a column of its own', fix: `Write "${bare}" and test RemotePort.` };
  if (/[/:]/.test(text) || !(whole ? areHosts || relation === 'equals' : areHosts)) return undefined;
  const host = bare.replace(/^\./, '');
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) || /\.\d+$/.test(host) || query.hosts === undefined) return undefined;
  if (
    /\.(local|localdomain|lan|internal|corp|home|intranet|arpa|onion|test|invalid|example|localhost|bit|eth)$/.test(
      host,
    )
  )
    return undefined;
  if (query.hosts.hasPublicSuffix(host)) return undefined;
  const end = host.split('.').at(-1);
  return {
    message: `ends in .${end}, under which no name is registered: no such host exists`,
    fix: 'Correct the name.',
  };
}

function hasSuffix(query: Query, text: string): boolean {
  const host = text.toLowerCase().replace(/^\./, '');
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) && (query.hosts?.hasPublicSuffix(host) ?? true);
}

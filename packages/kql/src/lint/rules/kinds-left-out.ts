import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest, listed } from './expressions.ts';

/** The kinds of service that take data from anybody who has a browser or curl (content/catalogue/categories.yaml). */
const kinds = [
  'file-sharing',
  'cloud-storage',
  'code-host',
  'paste-site',
  'messaging',
  'webhook',
  'mailbox',
  'tunnel',
] as const;

export const kindsLeftOut: Rule = {
  code: 'WL906',
  name: 'kinds of service that the lists leave out',
  severity: 'info',
  what: 'The hosts of a query are of five kinds of service or more, so that it means to watch all ways out, and of another kind it has none.',
  why: 'Who finds the paste site watched posts to a webhook: hooks.slack.com, webhook.office.com and mailbox interfaces take data as well.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("drophere.com", "content.drophere.com", "pastes.io", "burrow.io", "forge.io", "in.hooks.io")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("pastes.io", "burrow.io", "forge.io")',
  },
  *check(query) {
    const { hosts } = query;
    if (hosts === undefined) return;
    const named = [...hostsNamed(query)];
    const [first] = named;
    const covered = new Set(named.map(({ text }) => hosts.serviceOf(text)?.categories[0]));
    const absent = kinds.filter((kind) => !covered.has(kind));
    if (first === undefined || absent.length === 0 || kinds.length - absent.length < 5) return;
    const examples = absent.map((kind) => `${kind} (${listed(someOf(query, kind), 3)})`);
    yield {
      at: first.node,
      message: `the hosts are of ${kinds.length - absent.length} kinds of service, and none is of another: ${examples.join('; ')}`,
      fix: 'Add hosts of these kinds, or take them from the catalogue (on Weir: ServiceCategory), with a threshold for each kind.',
    };
  },
};

function* hostsNamed(query: Query) {
  for (const { test, negated, step } of everyTest(query)) {
    const column = columnBehind(test.subject, step.input)?.column;
    if (negated || column === undefined || !isRemoteHost(column)) continue;
    for (const { text, node } of texts(test.items)) yield { text: text.toLowerCase().replace(/^\./, ''), node };
  }
}

/** The first host of some services of a kind. */
function someOf({ hosts }: Query, kind: string): readonly string[] {
  return [...(hosts?.services.values() ?? [])]
    .flatMap((names) => names.slice(0, 1))
    .filter((host) => hosts?.serviceOf(host.replaceAll('*', 'x'))?.categories[0] === kind)
    .slice(0, 3);
}

import { texts } from '../model/values.ts';
import type { Query, Rule, Severity } from '../rule.ts';
import { isCommandLine, isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const impossibleHost: Rule = {
  code: 'WL901',
  name: 'host that cannot exist',
  severity: 'error',
  what: 'A value that is compared with a host has a scheme, a port, a blank, an empty part or a slash, or ends in what is no public suffix. A warning where the column may hold a URL.',
  why: 'It does not match a host, and the service that it was meant for is not watched.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("paste.example", "drop.example", "share.exampl")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("paste.example", "drop.example", "share.example")',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, step } of everyTest(query)) {
      if (!/^(equals|has|endswith|startswith|contains)$/.test(test.relation)) continue;
      const behind = columnBehind(test.subject, step.input);
      const column = behind?.column;
      const items = texts(test.items);
      // Three hosts or more, and most of the list, whatever hangs on to them.
      const hosts = items.filter(({ text }) => isHost(query, hostIn(text))).length;
      const isList = hosts >= 3 && hosts > items.length / 2;
      if (column === undefined || isCommandLine(column) || !(isRemoteHost(column) || isList)) continue;
      const mayBeUrl = /Url|URL/.test(column) && !behind?.converted.includes('parse_url');
      for (const { text, node } of items) {
        const found = told.has(node)
          ? undefined
          : wrongWith(query, text, { mayBeUrl, isList, relation: test.relation });
        if (found === undefined) continue;
        told.add(node);
        const { reason, fix, severity } = found;
        yield { at: node, message: `"${text}" ${reason}`, fix, ...(severity === undefined ? {} : { severity }) };
      }
    }
  },
};

interface Circumstance {
  readonly mayBeUrl: boolean;
  readonly isList: boolean;
  readonly relation: string;
}

interface Wrong {
  readonly reason: string;
  readonly fix: string;
  readonly severity?: Severity;
}

function wrongWith(query: Query, text: string, { mayBeUrl, isList, relation }: Circumstance): Wrong | undefined {
  const bare = hostIn(text);
  const host = bare.replace(/^\./, '');
  if (!/^[a-z0-9_*-]+(\.[a-z0-9_*-]*)+$/.test(host) || /^[\d.]+$/.test(host) || host.includes('*')) return undefined;
  const fix = `Write "${bare}".`;
  const whole = relation === 'equals' || relation === 'endswith';
  const softened = mayBeUrl ? ({ severity: 'warning' } as const) : {};
  if (/\s/.test(text)) return whole || isList ? { reason: 'holds a blank, which stands in no host', fix } : undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return !mayBeUrl || isList ? { reason: 'has a scheme, which a host has not', fix, ...softened } : undefined;
  }
  if (/^[^/]+:\d{1,5}\b/.test(text)) {
    return {
      reason: 'has a port, which stands in a column of its own',
      fix: `Write "${bare}", and test the port beside it.`,
      ...softened,
    };
  }
  if (text.includes('/')) {
    const atEnd = /^[^/]+\/$/.test(text);
    if (atEnd && relation === 'endswith')
      return { reason: 'ends in a slash, which no host does, so it never matches', fix };
    return !mayBeUrl || (atEnd && (isList || relation === 'equals'))
      ? { reason: 'has a slash, which stands in no host', fix, ...softened }
      : undefined;
  }
  if (/\.\./.test(host) || /(^|\.)-|-(\.|$)/.test(host))
    return { reason: 'is no host name: a part of it is empty or begins or ends in a hyphen', fix: 'Correct the name.' };
  if (!(isList || relation === 'equals') || host.endsWith('.') || query.hosts === undefined) return undefined;
  if (isLocal(host) || query.hosts.hasPublicSuffix(host)) return undefined;
  const end = host.split('.').at(-1);
  return {
    reason: `ends in .${end}, under which no name is registered: no such host exists`,
    fix: 'Correct the name.',
  };
}

/** Ends that are in use without being registered (RFC 2606, RFC 6761, RFC 6762, and what networks use at home). */
function isLocal(host: string): boolean {
  return /\.(local|localdomain|lan|internal|corp|home|intranet|arpa|onion|test|invalid|example|localhost|bit|eth|i2p)$/.test(
    host,
  );
}

/** What is left of a value without scheme, port, path and blanks. */
function hostIn(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, '')
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/:?#].*$/, '');
}

function isHost(query: Query, text: string): boolean {
  const host = text.toLowerCase().replace(/^\./, '');
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) && (query.hosts?.hasPublicSuffix(host) ?? false);
}

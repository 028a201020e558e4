import { isStep } from '../model/pipeline.ts';
import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest, short } from './expressions.ts';

export const hostBoundary: Rule = {
  code: 'WL204',
  name: 'host matched anywhere in the text',
  severity: 'info',
  what: 'A host name is looked for with `has`, `contains` or an `endswith` without a dot, not as the end of a parsed host.',
  why: '`has "file.io"` also matches x-file.io and file.io.evil.example, and any path that names it; `endswith "mega.nz"` matches notmega.nz. An attacker can choose such a name, and strangers cost an analyst time.',
  bad: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl has "file.io"' },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| extend Host = tostring(parse_url(RemoteUrl).Host)\n| where Host =~ "file.io" or Host endswith ".file.io"',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, step, negated } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (negated || column === undefined || !isRemoteHost(column) || !isStep(step, 'Filter')) continue;
      if (!/^(has|contains|endswith)$/.test(test.relation) || test.every) continue;
      const hosts = texts(test.items).filter(({ text }) => isHost(query, text));
      const [first] = hosts;
      if (first === undefined || told.has(first.node)) continue;
      told.add(first.node);
      const how = test.relation === 'endswith' ? 'at the end, without a dot before it' : 'anywhere in the text';
      const other = test.relation === 'endswith' ? `not${first.text}` : `${first.text}.evil.example`;
      const more = hosts.length > 1 ? ` (and ${hosts.length - 1} more)` : '';
      yield {
        at: test.node,
        message: `\`${test.operator}\` looks for the host "${first.text}"${more} ${how}, so ${other} matches too`,
        fix:
          query.product === 'weir'
            ? 'Test RemoteHost (`RemoteHost == "a.b" or RemoteHost endswith ".a.b"`), or Service and ServiceCategory, which the catalogue fills by host suffix.'
            : `Compare the parsed host: \`extend Host = tostring(parse_url(${short(test.subject)}).Host)\`, then \`Host =~ "a.b" or Host endswith ".a.b"\`.`,
      };
    }
  },
};

/** A whole host name: labels and an end that names are registered under. */
function isHost(query: Query, text: string): boolean {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) || /\.(exe|dll|ps1|zip|txt|php|html?|aspx?|js|json)$/i.test(text))
    return false;
  return query.hosts?.hasPublicSuffix(text.toLowerCase()) ?? /\.[a-z]{2,}$/i.test(text);
}

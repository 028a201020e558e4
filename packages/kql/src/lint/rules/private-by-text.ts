import { testsOf } from '../model/predicate.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { columnBehind, conditionOf, everyTest } from './expressions.ts';

export const privateByText: Rule = {
  code: 'WL504',
  name: 'private addresses told by their beginning',
  severity: 'warning',
  what: 'An address is tested for "10.", "172." or "192." as text.',
  why: '172. and 192. are mostly public, "10" without a dot is 100 to 109 as well, 172.16. is a sixteenth of its range, and IPv6 is not there at all.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001 and not(RemoteIP startswith "172.")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001 and RemoteIPType != "Private"',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (column === undefined || !/IP|Addr/i.test(column) || told.has(step)) continue;
      if (!/^(startswith|has|hasprefix|contains)$/.test(test.relation)) continue;
      const found = texts(test.items).filter(({ text }) => isPrivateBeginning(text));
      const wrong = found.find(({ text }) => !isOneRange(text)) ?? found[0];
      if (wrong === undefined) continue;
      // One of several tests in the same condition is told: the worst.
      const others = [...testsOf(conditionOf(step) ?? { kind: 'or', parts: [], node: step.node })].flatMap((item) =>
        texts(item.test.items),
      );
      if (isOneRange(wrong.text) && others.some(({ text }) => isPrivateBeginning(text) && !isOneRange(text))) continue;
      told.add(step);
      yield {
        at: wrong.node,
        severity: isOneRange(wrong.text) ? 'info' : 'warning',
        message: `"${wrong.text}" ${because(wrong.text)}, so private and public addresses are not told apart`,
        fix:
          column === 'RemoteIP'
            ? 'Test `RemoteIPType == "Private"` (or "Public"), which knows IPv6 as well.'
            : `Test \`ipv4_is_private(${column})\`, and \`ipv6_is_in_range(${column}, "fc00::/7")\` for IPv6.`,
      };
    }
  },
};

function isPrivateBeginning(text: string): boolean {
  return /^(10|10\.|172|172\.|192|192\.|172\.(1[6-9]|2\d|3[01])\.?|192\.168\.?)$/.test(text);
}

/** A beginning that is a private range and nothing else. */
function isOneRange(text: string): boolean {
  return /^(10\.|192\.168\.?)$/.test(text);
}

function because(text: string): string {
  if (/^172\.\d+/.test(text)) return 'is one sixteenth of 172.16.0.0/12';
  if (text === '10') return 'begins 100. to 109. as well';
  if (text.startsWith('172') || /^192\.?$/.test(text)) return 'begins public addresses as well';
  return 'is one of the private ranges only, and no IPv6 address begins so';
}

import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { everyTest } from './expressions.ts';

export const placeholder: Rule = {
  code: 'WL903',
  name: 'placeholder left in',
  severity: 'warning',
  what: 'A value reads like one to be filled in: `<your domain>`, CHANGEME, replace_me, [insert …].',
  why: 'The test compares with the placeholder itself, and finds or excludes nothing.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where InitiatingProcessAccountUpn =~ "<your admin account>" and RemotePort == 9001',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where InitiatingProcessAccountUpn =~ "ada@company.example" and RemotePort == 9001',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test } of everyTest(query)) {
      for (const { text, node } of texts(test.items)) {
        if (!isPlaceholder(text) || told.has(node)) continue;
        told.add(node);
        yield {
          at: node,
          message: `"${text}" reads like a placeholder: it is compared as it stands`,
          fix: 'Fill in the value, or take the test out.',
        };
      }
    }
  },
};

function isPlaceholder(text: string): boolean {
  const word = text.trim();
  return (
    /^<[^<>/]{2,}>$|^\[(insert|your|add|enter|replace)[^\]]*\]$|^\{\{[^}]+\}\}$/i.test(word) ||
    /\b(change_?me|replace[_ -]?(me|this|with)|placeholder|your[_ -](domain|tenant|company|org\w*|ip|user\w*|host\w*|device\w*|server\w*|account\w*|subnet|value)|insert[_ -]\w+[_ -]?here)\b/i.test(
      word,
    ) ||
    /^(x{4,}|foo|foobar|lorem ipsum)$/i.test(word)
  );
}

import { testsOf } from '../model/predicate.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, conditionOf, everyTest } from './expressions.ts';

export const needleEdges: Rule = {
  code: 'WL202',
  name: 'needle with a delimiter at its edge',
  severity: 'warning',
  what: 'A host suffix begins with a dot and nothing asks for the bare name; or, as information, a needle of `has` begins or ends with a blank.',
  why: 'The delimiter itself must be there: `has " -enc "` misses a command line that ends in -enc, and `endswith ".t.me"` misses t.me itself.',
  bad: { kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl endswith ".drophere.com"' },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemoteUrl =~ "drophere.com" or RemoteUrl endswith ".drophere.com"',
  },
  *check(query) {
    for (const { test, step, negated } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      for (const { text, node } of texts(test.items)) {
        const bare = text.trim();
        if (test.relation === 'has' && bare !== text && bare !== '') {
          yield {
            at: node,
            severity: 'info',
            message: `"${text}" needs the blank itself, so it is missed at the ${text.startsWith(' ') ? 'beginning' : 'end'} of the text; \`${test.operator}\` looks for whole terms without it`,
            fix: `Write "${bare}".`,
          };
        }
        const isSuffix = test.relation === 'endswith' || test.relation === 'has';
        if (!isSuffix || column === undefined || !isRemoteHost(column) || !/^\.[\w-]+\.[\w.-]+$/.test(text)) continue;
        const condition = conditionOf(step);
        const tests = condition === undefined ? [] : [...testsOf(condition)];
        const apex = text.slice(1).toLowerCase();
        if (negated || query.hosts?.isPublicSuffix(apex)) continue;
        if (tests.some((other) => texts(other.test.items).some((item) => item.text.toLowerCase() === apex))) continue;
        yield {
          at: node,
          message: `"${text}" misses ${apex} itself, which has no dot before it`,
          fix: `Add \`or ${test.subject.text} =~ "${apex}"\`.`,
        };
      }
    }
  },
};

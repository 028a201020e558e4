import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { everyTest, short } from './expressions.ts';

export const emptyNeedle: Rule = {
  code: 'WL208',
  name: 'empty needle',
  severity: 'error',
  what: 'An empty text is looked for with `has`, `contains`, `startswith` or their like, alone or in a list.',
  why: 'Every text has the empty one: the test is always true, and its negation never.',
  bad: { kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("mimikatz", "")' },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("mimikatz", "sekurlsa")',
  },
  *check(query) {
    for (const { test } of everyTest(query)) {
      if (!/^(has|hasprefix|hassuffix|contains|startswith|endswith)$/.test(test.relation) || test.every) continue;
      const empty = texts(test.items).find(({ text }) => text === '');
      if (empty === undefined) continue;
      yield {
        at: empty.node,
        message: `\`${short(test.node)}\` is ${test.negated ? 'never' : 'always'} true: every text has the empty one in it`,
        fix: 'Take the empty text out.',
      };
    }
  },
};

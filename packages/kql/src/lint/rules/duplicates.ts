import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { everyTest } from './expressions.ts';

export const duplicates: Rule = {
  code: 'WL902',
  name: 'value twice in a list',
  severity: 'info',
  what: 'A list holds one value twice; where the comparison does not mind case, in two spellings.',
  why: 'It does nothing, and whoever takes one of the two out believes it gone. Often the second was meant to be another.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("nltest", "whoami", "nltest")',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("nltest", "whoami")',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test } of everyTest(query)) {
      const seen = new Set<string>();
      for (const { text, node } of texts(test.items)) {
        const key = test.anyCase ? text.toLowerCase() : text;
        if (seen.has(key) && !told.has(node)) {
          told.add(node);
          yield {
            at: node,
            message: `"${text}" stands in the list already`,
            fix: 'Take it out, or correct it if another value was meant.',
          };
        }
        seen.add(key);
      }
    }
  },
};

import { hasTerm } from '../model/terms.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { everyTest } from './expressions.ts';

export const coveredNeedle: Rule = {
  code: 'WL203',
  name: 'needle that another one covers',
  severity: 'info',
  what: 'In a `has_any` list one needle is found wherever another is.',
  why: 'It adds nothing, and whoever takes the wider one out later believes that the narrower still stands for itself.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("vssadmin", "vssadmin delete")',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has_any ("vssadmin", "wbadmin")',
  },
  *check(query) {
    for (const { test } of everyTest(query)) {
      if (test.relation !== 'has' || test.every) continue;
      const needles = texts(test.items);
      for (const { text, node } of needles) {
        const cover = needles.find(
          (other) =>
            other.text !== text &&
            other.text !== '' &&
            other.text.toLowerCase() !== text.toLowerCase() &&
            hasTerm(text, other.text),
        );
        if (cover === undefined) continue;
        yield {
          at: node,
          message: `"${text}" adds nothing: whatever has it has "${cover.text}" as well, which the list holds`,
          fix: `Leave "${text}" out, or leave "${cover.text}" out if it is too wide.`,
        };
      }
    }
  },
};

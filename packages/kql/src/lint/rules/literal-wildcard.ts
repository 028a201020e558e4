import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { isCommandLine, isDeviceName, isFileName, isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const literalWildcard: Rule = {
  code: 'WL206',
  name: 'wildcard in a plain comparison',
  severity: 'error',
  what: 'A star or percent sign stands in a text that is compared with `==`, `in`, `has`, `contains` and their like on a name, a path or a host.',
  why: 'These operators know no wildcards: the sign is looked for as it is, which no file or host has in its name.',
  bad: { kql: 'DeviceFileEvents\n| where Timestamp > ago(1h)\n| where FolderPath startswith @"C:\\Users\\*"' },
  good: { kql: 'DeviceFileEvents\n| where Timestamp > ago(1h)\n| where FolderPath startswith @"C:\\Users\\"' },
  *check(query) {
    for (const { test, step } of everyTest(query)) {
      const column = columnBehind(test.subject, step.input)?.column;
      if (column === undefined || test.relation === 'matches regex' || isCommandLine(column)) continue;
      if (!isFileName(column) && !isRemoteHost(column) && !isDeviceName(column) && !/FolderPath$/.test(column))
        continue;
      for (const { text, node } of texts(test.items)) {
        if (!text.includes('*') && !/^%[^%]+|[^%]%$/.test(text)) continue;
        if (/%\w+%|%[0-9a-f]{2}/i.test(text) || text.length < 2) continue;
        const plain = text.replace(/^[*%]+|[*%]+$/g, '');
        const operator = /^[*%]/.test(text) ? (/[*%]$/.test(text) ? 'contains' : 'endswith') : 'startswith';
        yield {
          at: node,
          message: `"${text}" is looked for with the sign itself: \`${test.operator}\` knows no wildcards`,
          fix: /[*%]/.test(plain)
            ? 'Write `matches regex`.'
            : `Write \`${column} ${test.negated ? '!' : ''}${operator} "${plain}"\`.`,
        };
      }
    }
  },
};

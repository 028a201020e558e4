import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { columnBehind, everyTest } from './expressions.ts';

export const caseNever: Rule = {
  code: 'WL205',
  name: 'comparison that case makes impossible',
  severity: 'error',
  what: 'A text that was put into lower case is compared, case and all, with one that has capitals (or the other way round).',
  why: 'It is never true: the branch or the whole rule is silent.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where tolower(ProcessCommandLine) startswith_cs "Cmd /c"',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine startswith "Cmd /c"',
  },
  *check(query) {
    for (const { test, step } of everyTest(query)) {
      if (test.anyCase || !/^(equals|has|hasprefix|hassuffix|contains|startswith|endswith)$/.test(test.relation))
        continue;
      const behind = columnBehind(test.subject, step.input);
      const turn = behind?.converted.find((name) => name === 'tolower' || name === 'toupper');
      const lower = turn === 'tolower' || (query.product === 'weir' && behind?.column === 'RemoteHost');
      if (!lower && turn !== 'toupper') continue;
      for (const { text, node } of texts(test.items)) {
        if (text === (lower ? text.toLowerCase() : text.toUpperCase())) continue;
        yield {
          at: node,
          message: `"${text}" is never found: the left side is all ${lower ? 'lower' : 'upper'} case, and \`${test.operator}\` minds case`,
          fix: `Write "${lower ? text.toLowerCase() : text.toUpperCase()}", or compare without case (=~, in~, has).`,
        };
      }
    }
  },
};

import type { Bound } from '../../parse/tree.ts';
import { listItems, texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { callsIn, everyTest } from './expressions.ts';

export const badRegex: Rule = {
  code: 'WL207',
  name: 'regular expression that Kusto does not read',
  severity: 'error',
  what: 'A pattern uses lookaround or a back reference.',
  why: "Kusto's expressions are RE2, which has neither: the query is refused.",
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h) and ProcessCommandLine has "curl"\n| where ProcessCommandLine matches regex @"curl (?!--version)"',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h) and ProcessCommandLine has "curl"\n| where not(ProcessCommandLine has "--version")',
  },
  *check(query) {
    for (const { text, node } of patterns(query)) {
      const bad = /\(\?<?[=!]/.exec(text)?.[0] ?? /(?<!\\)(?:\\\\)*\\[1-9]/.exec(text)?.[0];
      if (bad === undefined) continue;
      yield {
        at: node,
        message: `\`${bad}\` is not in RE2, the regular expressions of Kusto, so the query is refused`,
        fix: 'Match what is wanted, and rule the rest out with a second condition.',
      };
    }
  },
};

function* patterns(query: Query): Generator<{ readonly text: string; readonly node: Bound }> {
  for (const { test } of everyTest(query)) if (test.relation === 'matches regex') yield* texts(test.items);
  for (const { steps } of query.pipelines) {
    for (const step of steps) {
      for (const { name, args } of callsIn(step.node)) {
        const [pattern] = /^(extract|extract_all|replace_regex|countof)$/.test(name)
          ? args.slice(name === 'replace_regex' ? 1 : 0)
          : [];
        if (pattern !== undefined && name !== 'countof') yield* texts(listItems([pattern], step.env));
      }
    }
  }
}

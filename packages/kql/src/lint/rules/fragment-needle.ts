import { isStep } from '../model/pipeline.ts';
import { keyOf } from '../model/predicate.ts';
import { hasTerm, termsOf } from '../model/terms.ts';
import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost } from './columns.ts';
import { columnBehind, everyTest, filterTests, type PlacedTest } from './expressions.ts';

export const fragmentNeedle: Rule = {
  code: 'WL201',
  name: '`has` looks for part of a term',
  severity: 'warning',
  what: 'A needle of `has` or `has_any` is only a part of a term of a value that the query itself lets through, or of a host of the service that it means.',
  why: 'KQL matches whole runs of letters and digits: `has "discord"` is false for discordapp.com. The rows that it was meant for are missed without a word.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("chatterapp.com", "chatter.com", "drophere.com")\n| extend Kind = iff(RemoteUrl has "chatter", "chat", "other")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h) and DeviceId == "d1"\n| where RemoteUrl in~ ("chatterapp.com", "chatter.com", "drophere.com")\n| extend Kind = iff(RemoteUrl has_any ("chatter", "chatterapp"), "chat", "other")',
  },
  *check(query) {
    const all = [...everyTest(query)];
    for (const placed of all) {
      const { test } = placed;
      if (test.relation !== 'has') continue;
      const values = [...lettingThrough(placed), ...otherHosts(all, placed)];
      const needles = texts(test.items);
      for (const { text, node } of needles) {
        if (termsOf(text).length !== 1 || text.length < 3) continue;
        const others = needles.map((item) => item.text);
        const found =
          values.find((value) => isFragment(text, value, others)) ?? hostOfService(query, placed, text, others);
        if (found === undefined) continue;
        yield {
          at: node,
          message: `\`${test.operator}\` does not find "${text}" in "${found}": a term is a whole run of letters and digits, and "${text}" is only part of one there`,
          fix: `Add the whole term, "${wholeTerm(text, found)}", or ask by host suffix.`,
        };
      }
    }
  },
};

/** The texts that the filters before this step let through for the same subject. */
function lettingThrough({ test, step, pipeline }: PlacedTest): readonly string[] {
  const key = keyOf(test.subject);
  const found: string[] = [];
  for (const before of filterTests(pipeline)) {
    if (before.step === step) break;
    if (before.negated || keyOf(before.test.subject) !== key) continue;
    found.push(...texts(before.test.items).map((item) => item.text));
  }
  return found;
}

/** The hosts that other tests of the query ask for in the same column: lists that should agree. */
function otherHosts(all: readonly PlacedTest[], { test, step }: PlacedTest): readonly string[] {
  const column = columnBehind(test.subject, step.input)?.column;
  if (column === undefined || !isRemoteHost(column)) return [];
  const others = all.filter(
    (other) =>
      other.test !== test && !other.negated && columnBehind(other.test.subject, other.step.input)?.column === column,
  );
  return others.flatMap((other) => texts(other.test.items).map((item) => item.text));
}

/** Part of a term, and no other needle finds the value instead. */
function isFragment(needle: string, value: string, needles: readonly string[]): boolean {
  // A value of one word is a word of its own, not a longer form of the needle.
  const inside = termsOf(value).length > 1 && value.toLowerCase().includes(needle.toLowerCase());
  return inside && !needles.some((item) => hasTerm(value, item));
}

/** A service of which the needle finds one host and not another. */
function hostOfService(
  query: Query,
  { test, step }: PlacedTest,
  needle: string,
  needles: readonly string[],
): string | undefined {
  const column = columnBehind(test.subject, step.input)?.column;
  // What classifies rows behind a filter sees only what the filter lets through.
  if (column === undefined || !isRemoteHost(column) || !isStep(step, 'Filter')) return undefined;
  for (const hosts of query.hosts?.services.values() ?? []) {
    if (!hosts.some((host) => hasTerm(host, needle))) continue;
    const missed = hosts.find((host) => isFragment(needle, host, needles));
    if (missed !== undefined) return missed;
  }
  return undefined;
}

function wholeTerm(needle: string, value: string): string {
  const lower = needle.toLowerCase();
  return termsOf(value).find((term) => term.toLowerCase().includes(lower)) ?? value;
}

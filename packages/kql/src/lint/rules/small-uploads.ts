import { bare, nameOf } from '../../parse/tree.ts';
import { texts } from '../model/values.ts';
import type { Query, Rule } from '../rule.ts';
import { isRemoteHost, isSent } from './columns.ts';
import { columnBehind, filterTests, type PlacedTest, short } from './expressions.ts';

/** Kinds of service that take text: what leaves there is kilobytes (MITRE's DET0284 begins at 500 KB for pastes). */
const small = /^(paste-site|webhook|callback)$/;
const bytes = 500_000;

export const smallUploads: Rule = {
  code: 'WL703',
  name: 'threshold above what the service carries',
  severity: 'warning',
  what: 'More than half a megabyte sent is asked of paste sites, webhooks or request catchers.',
  why: 'What leaves there is text: keys, tokens and lists of customers are kilobytes and stay below.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where EvidenceTime > ago(1h)\n| where RemoteHost == "pastes.io" and BytesSent > 10485760',
    product: 'weir',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where EvidenceTime > ago(1h)\n| where RemoteHost == "pastes.io" and BytesSent > 20480',
    product: 'weir',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const pipeline of query.pipelines) {
      const tests = [...filterTests(pipeline)].filter(({ negated }) => !negated);
      const found = tests.flatMap((item) => smallOf(query, item))[0];
      const threshold = tests.find(isLarge);
      if (found === undefined || threshold === undefined || told.has(threshold.test.node)) continue;
      told.add(threshold.test.node);
      yield {
        at: threshold.test.node,
        message: `\`${short(threshold.test.node)}\` is asked of "${found}" too, where what leaves is kilobytes`,
        fix: 'Take a threshold for each kind of service: some kilobytes for pastes, webhooks and request catchers.',
      };
    }
  },
};

function smallOf(query: Query, { test, step }: Pick<PlacedTest, 'test' | 'step'>): readonly string[] {
  const column = columnBehind(test.subject, step.input)?.column;
  const values = texts(test.items).map(({ text }) => text.toLowerCase());
  if (column === 'ServiceCategory') return values.filter((value) => small.test(value));
  if (column === undefined || !isRemoteHost(column)) return [];
  return values.filter((value) => small.test(query.hosts?.serviceOf(value.replace(/^\./, ''))?.categories[0] ?? ''));
}

function isLarge({ test }: Pick<PlacedTest, 'test'>): boolean {
  const subject = bare(test.subject);
  const value = test.items?.[0]?.value;
  return (
    test.relation.startsWith('greater') &&
    subject.kind === 'NameReference' &&
    isSent(nameOf(subject)) &&
    value?.kind === 'number' &&
    value.value > bytes
  );
}

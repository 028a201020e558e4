import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { renderPlan } from '../plan/print.ts';
import type { Plan } from '../plan/relation.ts';
import type { Schema } from '../types.ts';
import { candidatesOf } from './candidates.ts';

const schema: Schema = {
  tables: {
    T: [
      { name: 'Timestamp', type: 'datetime' },
      { name: 'Seen', type: 'datetime' },
      { name: 'Name', type: 'string' },
      { name: 'Bytes', type: 'long' },
      { name: 'EventId', type: 'string' },
    ],
    History: [
      { name: 'Day', type: 'datetime' },
      { name: 'Name', type: 'string' },
      { name: 'Bytes', type: 'long' },
    ],
  },
};

function planOf(text: string): Plan {
  const { plan, diagnostics } = compile(text, { schema, dialect: 'duckdb', lineage: 'EventId' });
  return plan ?? expect.fail(JSON.stringify(diagnostics));
}

const lines = (plan: Plan): string[] =>
  renderPlan(plan)
    .split('\n')
    .map((line) => line.trim());

test('what one row decides alone is computed once, whatever stands between', () => {
  const { plan, selections } = candidatesOf(
    planOf(`T | where Timestamp > ago(1h) | where Bytes > 5 | extend Kind = iff(Name == "a", "x", "y")
      | where Kind == "x" and Bytes < 100 | summarize Sum = sum(Bytes) by Kind | where Sum > 10`),
    () => ['Seen'],
  );
  expect(lines(plan).slice(1)).toEqual([
    'filter (Sum > 10)',
    expect.stringMatching(/^summarize Sum = sum\(Bytes\)/),
    expect.stringMatching(/^filter \(Timestamp > \(now\(\)/),
    'scan candidates_0',
  ]);
  const [selection = expect.fail('no candidates')] = selections;
  expect(lines(selection.plan)).toEqual(
    expect.arrayContaining(['filter (Bytes > 5)', 'filter (Kind == "x")', 'filter (Bytes < 100)', 'scan T']),
  );
  expect(lines(selection.plan).join()).not.toContain('now()');
  expect(selection.plan.columns.map(({ name }) => name)).toContain('Seen');
});

test('what reads now(), other rows or another table stays', () => {
  const { plan, selections } = candidatesOf(
    planOf('T | extend Age = now() - Timestamp | where Age > 1h and Name in ((T | distinct Name)) | where Bytes > 5'),
    () => [],
  );
  expect(selections).toHaveLength(2);
  expect(lines(plan).join('\n')).toContain('Age = (now() - Timestamp)');
  expect(lines(plan).filter((line) => line === 'scan candidates_0' || line === 'scan candidates_1')).not.toEqual([]);
});

test('a table without ids selects none, so that groups of its groups are no evidence to follow', () => {
  const { selections, plan } = candidatesOf(
    planOf(`let Usual = History | summarize Sent = sum(Bytes) by Day, Name | summarize Most = max(Sent) by Name;
      T | where Timestamp > ago(1h) | join kind=leftouter Usual on Name`),
    () => [],
  );
  const named = (table: string) => selections.find((one) => one.table === table)?.plan.columns.map(({ name }) => name);
  expect(named('History')).toHaveLength(3);
  expect(named('T')).toHaveLength(6);
  expect(lines(plan).filter((line) => line.includes('ids_none()'))).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import type { Schema } from '../types.ts';
import { candidatesOf } from './candidates.ts';
import { membersOf } from './members.ts';

const schema: Schema = {
  tables: {
    T: [
      { name: 'EvidenceTime', type: 'datetime' },
      { name: 'Name', type: 'string' },
      { name: 'EventId', type: 'string' },
    ],
  },
};

function members(text: string): string[] | undefined {
  const { plan, diagnostics } = compile(text, { schema, dialect: 'duckdb', lineage: 'EventId' });
  if (plan === undefined) return expect.fail(JSON.stringify(diagnostics));
  return membersOf(candidatesOf(plan, () => ['EvidenceTime']).plan)?.columns.map(({ name }) => name);
}

test('the values of the group and the ids, whatever stands above and below', () => {
  const below = 'T | where EvidenceTime > ago(1d) | extend Short = substring(Name, 0, 3)';
  const above = '| where N > 3 | extend Twice = 2 * N';
  expect(members(`${below} | summarize N = count() by Short, Hour = bin(EvidenceTime, 1h) ${above}`)).toEqual([
    'Short',
    'Hour',
    'EventIds',
  ]);
});

test.each([
  'T | where Name == "a"',
  'T | summarize count()',
  'union T, (T | extend Name = "a") | summarize count() by Name',
  'T | join kind=inner (T) on Name | summarize count() by Name',
  'T | summarize N = count() by Name, EvidenceTime | summarize max(N) by Name',
])('none of %s', (text) => {
  expect(members(text)).toBeUndefined();
});

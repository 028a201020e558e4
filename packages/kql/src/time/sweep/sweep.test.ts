import { describe, expect, test } from 'vitest';
import { compile, planToSql } from '../../compile.ts';
import { renderPlan } from '../../plan/print.ts';
import type { Schema } from '../../types.ts';
import { sweep } from './index.ts';

const schema: Schema = {
  tables: {
    T: [
      { name: 'Timestamp', type: 'datetime' },
      { name: 'Name', type: 'string' },
      { name: 'Bytes', type: 'long' },
      { name: 'Share', type: 'real' },
      { name: 'EventId', type: 'string' },
    ],
    Standing: [
      { name: 'Name', type: 'string' },
      { name: 'Role', type: 'string' },
    ],
  },
};

function swept(text: string, dialect: 'duckdb' | 'clickhouse' = 'duckdb') {
  const { plan, diagnostics } = compile(text, { schema, dialect });
  if (plan === undefined) return expect.fail(JSON.stringify(diagnostics));
  return sweep(plan, plan.columns, undefined, {
    frequency: 10n,
    period: 100n,
    enter: '$enter',
    exit: '$exit',
    step: 'step_',
    timeless: (table) => table === 'Standing',
  });
}

test('a bound on a value of the row tightens its interval, and now() is gone', () => {
  const made = swept('T | where Timestamp > ago(1m) | project Name');
  if ('reason' in made) return expect.fail(made.reason);
  const text = renderPlan(made.plan);
  expect(text).not.toContain('now()');
  expect(text).toContain('earlier($exit');
});

test('aggregates that neither decide nor are shown are not computed', () => {
  const text =
    'T | summarize Sent = sum(Bytes), P = percentile(Bytes, 50), Last = max(Timestamp) by Name | where Sent > 1';
  const { plan } = compile(text, { schema, dialect: 'duckdb' });
  if (plan === undefined) return expect.fail('no plan');
  const options = {
    frequency: 10n,
    period: 100n,
    enter: '$enter',
    exit: '$exit',
    step: 'step_',
    timeless: () => false,
  };
  const shown = plan.columns.filter(({ name }) => name === 'Name');
  expect(sweep(plan, shown, undefined, options)).toMatchObject({ shown: 1 });
  expect(sweep(plan, plan.columns, undefined, options)).toMatchObject({
    reason: expect.stringMatching(/^percentiles?\(\)/),
  });
});

const sweepable = [
  'T | where Timestamp between (ago(1h) .. ago(1m)) | where Bytes > 5',
  'T | extend Age = now() - Timestamp | where Age < 1h | project Name',
  'T | summarize count(), sum(Bytes), avg(Bytes), dcount(Name), max(Timestamp), make_set(Bytes) by Name',
  'T | summarize N = count() by Name | summarize max(N) by N',
  'T | where Name in ((T | where Timestamp > ago(1m) | distinct Name))',
  'T | join kind=leftanti (T | where Bytes > 5 | project Name) on Name',
  'T | join kind=leftouter (T | where Bytes > 5) on Name | summarize count() by Name',
  'T | join kind=fullouter (Standing | join kind=inner T on Name | project Name) on Name',
  'T | join kind=leftouter Standing on Name | where Role != "server"',
  'union (T | where Bytes > 5), T | distinct Name',
];

test.each(sweepable)('swept, in the SQL of both engines: %s', (text) => {
  for (const dialect of ['duckdb', 'clickhouse'] as const) {
    const made = swept(text, dialect);
    if ('reason' in made) return expect.fail(made.reason);
    for (const plan of [...made.steps.map((step) => step.plan), made.plan]) {
      expect(planToSql(plan, { dialect }).parameters).toEqual([]);
    }
  }
});

describe('not swept, and why', () => {
  test.each([
    ['T | extend Age = now() - Timestamp', 'its result shows now()'],
    ['T | where Timestamp > ago(1h) or Bytes > 5', 'now() is used for more than to bound a value of the row'],
    ['T | where bin(now(), 1d) > Timestamp', 'now() is used for more than to bound a value of the row'],
    ['T | where Timestamp > ago(40000d)', 'now() is used for more than to bound a value of the row'],
    ['T | summarize sum(Share) by Name', 'sum() of numbers that are not whole drifts when rows are taken away'],
    ['T | summarize avg(Share) by Name', 'avg() of numbers that are not whole drifts when rows are taken away'],
    ['T | summarize stdev(Bytes) by Name', 'stdev() cannot be had by adding rows and taking them away'],
    ['T | summarize arg_max(Timestamp, *) by Name', 'arg_max() cannot be had by adding rows and taking them away'],
    ['T | summarize take_any(Bytes) by Name', 'take_any() cannot be had by adding rows and taking them away'],
    ['T | summarize make_list(Bytes) by Name', 'make_list() cannot be had by adding rows and taking them away'],
    ['T | summarize count()', 'without by, it has a row over nothing too'],
    ['T | top 5 by Bytes', 'it takes a number of rows (top, take)'],
    ['T | sort by Timestamp asc | extend Before = prev(Bytes)', 'row_number() looks at other rows'],
    ['T | join (T | where Bytes > 5) on Name', 'it keeps any one row of each key (join kind=innerunique)'],
    ['T | extend Most = toscalar(T | summarize max(Bytes))', 'a value asks about other rows (in, toscalar)'],
    ['T | extend R = rand() | where R > 0.5', 'it has a value that is another at every run'],
    ['union T, (Standing | extend Bytes = 5)', 'a union of rows that have a time with rows that have none'],
    ['Standing | join kind=leftanti T on Name', 'rows that are always there stand beside others that come and go'],
    [
      'T | extend Now = now() | join kind=rightouter T on Name | where Timestamp1 > Now',
      'now() is a value of rows that meet others',
    ],
    ['print now()', 'it reads no rows that have a time'],
    ['Standing', 'it reads no rows that have a time'],
  ])('%s', (text, reason) => {
    expect(swept(text)).toEqual({ reason });
  });
});

import { expect, test } from 'vitest';
import { compile, completionsAt, renderingOf, saidAt } from './index.ts';
import type { Schema } from './types.ts';

const schema: Schema = {
  tables: {
    Rows: [
      { name: 'At', type: 'datetime' },
      { name: 'Host', type: 'string' },
      { name: 'Sent', type: 'long' },
    ],
    Others: [{ name: 'Name', type: 'string' }],
  },
};

/** The text in front of `|here|`, and what may stand there. */
function at(marked: string) {
  const place = marked.indexOf('§');
  return completionsAt(marked.replace('§', ''), schema, place);
}
const labels = (marked: string, kind: string) =>
  at(marked)
    .completions.filter((each) => each.kind === kind)
    .map(({ label }) => label);

test('tables stand at the beginning, the columns in reach at their place', () => {
  expect(labels('§', 'table')).toEqual(['Others', 'Rows']);
  expect(labels('Rows | where §', 'column')).toEqual(['At', 'Host', 'Sent']);
  expect(labels('Rows | summarize Sum = sum(Sent) by Host | where §', 'column')).toEqual(['Host', 'Sum']);
  expect(labels('Rows | where Host in ((Others | project §)) | take 5', 'column')).toEqual(['Name']);
});

test('a completion stands for what is written of it', () => {
  expect(at('Rows | where Ho§ == ""')).toMatchObject({ start: 13, length: 2 });
  expect(labels('Rows | §', 'operator')).toEqual(expect.arrayContaining(['where', 'summarize', 'join', 'render']));
  expect(labels('§', 'function')).not.toContain('cluster');
});

test('what the compiler refuses whatever it is given is not offered', () => {
  const functions = labels('Rows | where §', 'function');
  expect(functions).toEqual(expect.arrayContaining(['parse_url', 'geo_distance_2points', 'strcat']));
  for (const name of ['parse_xml', 'hash_many', 'current_principal']) expect(functions).not.toContain(name);
  expect(labels('Rows | evaluate §', 'function')).toEqual(expect.arrayContaining(['bag_unpack', 'ipv4_lookup']));
  expect(labels('Rows | evaluate §', 'function')).not.toContain('python');
  const aggregates = labels('Rows | summarize §', 'aggregate');
  expect(aggregates).toEqual(expect.arrayContaining(['sum', 'make_set']));
  expect(aggregates).not.toContain('buildschema');
});

test('a function tells its parameters', () => {
  const { completions } = at('Rows | summarize x = arg§');
  expect(completions.find(({ label }) => label === 'arg_max')).toEqual({
    ...{ label: 'arg_max', kind: 'aggregate', before: 'arg_max(', after: ')' },
    signature: '(maximized, [returned], ...)',
  });
});

test('what stands at a place says what it is', () => {
  const text = 'Rows | summarize make_set(Host)';
  expect(saidAt(text, schema, text.indexOf('Host') + 1)).toEqual({ start: 26, length: 4, text: 'Host: string' });
  expect(saidAt(text, schema, text.indexOf('make_set') + 1)?.text).toMatch(/^make_set\(expr, \[maxSize\]\): dynamic/);
  expect(saidAt(text, schema, text.indexOf('summarize') + 1)).toBeUndefined();
});

test('a render says its chart and how it is to be drawn', () => {
  expect(renderingOf('Rows | summarize count() by bin(At, 1h) | render timechart', schema)).toEqual({
    chart: 'timechart',
    properties: {},
  });
  const given =
    'let n = 5; Rows | take n | render columnchart with (title = "What left", ycolumns = Sent, kind=stacked)';
  expect(renderingOf(given, schema)).toEqual({
    chart: 'columnchart',
    properties: { title: 'What left', ycolumns: 'Sent', kind: 'stacked' },
  });
  expect(renderingOf('Rows | take 5', schema)).toBeUndefined();
  expect(renderingOf('Rows | where ', schema)).toBeUndefined();
});

test('a definition’s own name means in it what it meant before', () => {
  const { diagnostics, sql } = compile('let Rows = Rows | where Sent > 5; Rows | join (Rows) on Host | count', {
    ...{ schema, dialect: 'duckdb' },
  });
  expect(diagnostics).toEqual([]);
  expect(sql?.match(/"Rows"/g)).toHaveLength(2);
  const view = compile('let Rows = view () { Rows | take 1 }; Rows', { schema, dialect: 'duckdb' });
  expect(view.diagnostics).toEqual([]);
});

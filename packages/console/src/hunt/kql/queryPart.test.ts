import { expect, test } from 'vitest';
import { ruleYaml } from '../ruleYaml.ts';
import { answerTo } from './answers.ts';
import { queryPart } from './queryPart.ts';

const draft = { id: 'x', name: 'Ünïcode: # "much"', severity: 'Low', frequency: '1h', period: '1d' } as const;

test.each([
  ['a block', ruleYaml({ ...draft, query: 'Rows\n\n| where A > 1 // ü\n| take 5' })],
  ['a block that begins with blanks', ruleYaml({ ...draft, query: '  Rows\n| take 5' })],
  ['a block without its last line break', 'query: |-\n    Rows\n    | take 5\nname: x\n'],
  ['one line', 'name: x\nquery: Rows | take 5\nkind: NRT\n'],
])('of %s every character stands where the text has it', (_, text) => {
  const part = queryPart(text);
  if (part === undefined) throw new Error('no query');
  for (let at = 0; at < part.kql.length; at += 1) {
    if (part.kql[at] === '\n') continue;
    expect(text[part.inText(at)]).toBe(part.kql[at]);
    expect(part.inKql(part.inText(at))).toBe(at);
  }
  expect(part.inKql(text.indexOf('name:') + 1)).toBeUndefined();
});

test.each([
  ['no YAML', 'query: |\n  Rows\nname: [\n'],
  ['no query', 'name: x\n'],
  ['a folded query', 'query: >\n  Rows\n  | take 5\n'],
  ['a quoted query', 'query: "Rows\\n| take 5"\n'],
])('%s is left to the service', (_, text) => {
  expect(queryPart(text)).toBeUndefined();
});

test('a mistake of the query, what may stand there and what something is, are told at their places in the rule', () => {
  const columns = [{ name: 'Device', type: 'string' }];
  answerTo({ id: 1, kind: 'begin', given: { tables: [{ name: 'Rows', columns }], watchlists: [], rows: 1 } });
  const text = ruleYaml({ ...draft, query: 'Rows\n| where Devise == "x"\n| summarize count() by Device' });
  const checked = answerTo({ id: 2, kind: 'checkRule', given: { text } }) as { start: number; line: number }[];
  const start = text.indexOf('Devise');
  expect(checked).toMatchObject([{ start, length: 6, line: text.slice(0, start).split('\n').length, column: 11 }]);
  const at = text.indexOf('Device') + 3;
  const completions = answerTo({ id: 3, kind: 'complete', given: { text, at, isRule: true } });
  expect(completions).toMatchObject({
    start: text.indexOf('Device'),
    completions: expect.arrayContaining([expect.objectContaining({ label: 'Device' })]),
  });
  const said = answerTo({ id: 4, kind: 'say', given: { text, at: text.indexOf('count()') + 1, isRule: true } });
  expect(said).toMatchObject({ start: text.indexOf('count()') });
  const outside = { text, at: 2, isRule: true } as const;
  expect(answerTo({ id: 5, kind: 'say', given: outside })).toBeUndefined();
  expect(answerTo({ id: 6, kind: 'complete', given: outside })).toMatchObject({ completions: [] });
});

import { expect, test } from 'vitest';
import { compile } from './index.ts';
import { nearest } from './meant.ts';
import type { Schema } from './types.ts';

const schema: Schema = {
  tables: {
    Rows: [
      { name: 'RemoteHost', type: 'string' },
      { name: 'BytesSent', type: 'long' },
    ],
    Others: [{ name: 'RemoteHosts', type: 'string' }],
    'List one': [{ name: 'SearchKey', type: 'string' }],
  },
  watchlists: { one: 'List one' },
  elsewhere: { ForeignLog: ['Rows', 'Others'] },
};
const advice = (text: string) =>
  compile(text, { schema, dialect: 'duckdb' }).diagnostics.map((diagnostic) => diagnostic.advice);

test.each([
  ['Rows | where RemoteHosst == ""', 'Did you mean `RemoteHost`?'],
  ['Rows | where remotehost == ""', 'Did you mean `RemoteHost`?'],
  ['Rows | summarize Total = sum(BytesSent) by RemoteHost | where Totla > 5', 'Did you mean `Total`?'],
  ['Rowss | take 5', 'Did you mean `Rows`?'],
  ['Rows | where RemoteHost startswiht "x"', undefined],
  ['Rows | extend x = strcta(RemoteHost)', 'Did you mean `strcat`?'],
  ['let wanted = 5; Rows | where BytesSent > wnated', 'Did you mean `wanted`?'],
])('%s: %s', (text, meant) => {
  if (meant !== undefined) expect(advice(text)).toEqual([meant]);
  else expect(advice(text).filter((each) => each !== undefined)).toEqual([]);
});

test.each([
  ['print x=1 | projct x', 'projct', 'Did you mean `project`?'],
  ['Rows | mv-expnd RemoteHost | take 1', 'mv-expnd', 'Did you mean `mv-expand`?'],
  ['Rows | summarise count() by RemoteHost', 'summarise', 'Did you mean `summarize`?'],
  ['let few = Rows | tkae 3; few', 'tkae', 'Did you mean `take`?'],
  ['Rows | join kind=inner (Others | wher 1 == 1) on RemoteHost', 'wher', 'Did you mean `where`?'],
  ['Rows | frobnicate RemoteHost | take 1', 'frobnicate', undefined],
])('%s: no operator is called %s', (text, word, meant) => {
  const { diagnostics } = compile(text, { schema, dialect: 'duckdb' });
  expect(diagnostics.filter(({ start }) => start >= text.indexOf(word))).toEqual([
    expect.objectContaining({ message: `No operator is called \`${word}\`.`, length: word.length }),
  ]);
  expect(diagnostics.at(-1)?.advice).toBe(meant);
});

test.each([
  ['SecurityAlert | take 1', 'The tables are Rows, Others.'],
  ['union foreignlog, Rows', 'What is read of `foreignlog` is in Rows, Others. The tables are Rows, Others.'],
])('%s: %s', (text, told) => expect(advice(text)).toEqual([told]));

test('where no word stands, an operator is expected', () =>
  expect(compile('Rows | ', { schema, dialect: 'duckdb' }).diagnostics).toMatchObject([
    { code: 'KS176', message: 'Query operator expected.' },
  ]));

test.each([
  'Rows | where Nothing == 1',
  // What is not in reach there is not meant.
  'Rows | project BytesSent | where RemoteHosst == ""',
  'Rows | where by == 1',
])('%s means nothing that is there', (text) => expect(advice(text).filter(Boolean)).toEqual([]));

test('a short name is meant only in another case', () => {
  expect(nearest('got', ['not', 'gto'])).toBeUndefined();
  expect(nearest('WHO', ['who'])).toBe('who');
  expect(nearest('BytesSent', ['BytesSent'])).toBeUndefined();
});

import { compile } from '@weir/kql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kqlText } from '../aboutAlert.ts';
import { conditionOf } from '../search.ts';
import { schemaOf } from './answers.ts';
import { cutTo } from './cut.ts';

const columns = [
  { name: 'Timestamp', type: 'datetime' },
  { name: 'DeviceName', type: 'string' },
];
const schema = schemaOf({
  tables: [
    { name: 'Rows', columns },
    { name: 'Others', columns },
    { name: 'Days', columns: columns.slice(1) },
  ],
  ...{ watchlists: [], rows: 10 },
});
const cut = (text: string) => cutTo(text, conditionOf('7d') ?? '', schema);

test('every table with a time is cut, wherever the query names it', () => {
  const text = 'Rows | join (Others) on DeviceName | join (Rows | take 5) on DeviceName | join (Days) on DeviceName';
  const got = cut(text);
  if (typeof got === 'string') throw new Error(got);
  expect(got.kql.slice(got.ahead)).toBe(text);
  const { sql = '' } = compile(got.kql, { schema, dialect: 'duckdb' });
  expect(sql.match(/FROM "Rows"/g)).toHaveLength(2);
  expect(sql.match(/FROM "Others"/g)).toHaveLength(1);
  const bounds = (compile(text, { schema, dialect: 'duckdb' }).sql ?? '').match(/\$now/g)?.length ?? 0;
  expect((sql.match(/\$now/g)?.length ?? 0) - bounds).toBeGreaterThanOrEqual(6);
});

test.each([
  ['union * | take 5', /does not reach Rows|does not reach Others/],
  ['search "x"', /does not reach/],
  ['table("Rows") | take 5', /does not reach Rows/],
  ['database("weir").Rows | take 5', /does not reach/],
  ['Days | take 5', /has a Timestamp/],
  ['print 1', /has a Timestamp/],
  ['let Rows = Others | take 5; Rows', /cannot be put|kql/],
])('%s is cut for certain or refused', (text, why) => {
  const got = cut(text);
  if (typeof got === 'string') expect(got).toMatch(why);
  else expect(compile(got.kql, { schema, dialect: 'duckdb' }).diagnostics).toEqual([]);
});

test('a text with a mistake goes as it is, and is refused at its own place', () => {
  expect(cut('Rows | where Nothing == 1')).toEqual({ kql: 'Rows | where Nothing == 1', ahead: 0 });
});

test('no value ends the text that holds it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const { diagnostics } = compile(`Rows | where DeviceName =~ ${kqlText(value)} | take 1`, {
        schema,
        dialect: 'duckdb',
      });
      expect(diagnostics).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

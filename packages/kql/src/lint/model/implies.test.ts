import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../compile.ts';
import { openEngine, rowsOf } from '../../duckdb.fixture.ts';
import { analyze } from '../../parse/microsoft.ts';
import { need } from '../../parse/tree.ts';
import type { Schema } from '../../types.ts';
import { Env } from './env.ts';
import { contradicts, implies } from './implies.ts';
import { type Predicate, predicateOf } from './predicate.ts';

const schema: Schema = {
  tables: {
    T: [
      { name: 's', type: 'string' },
      { name: 'n', type: 'long' },
    ],
  },
};

const texts = ['', 'a', 'A', 'b', 'a b', 'A-b', 'ab', 'abc', 'b a', 'a.b', 'B', 'a_b', 'b.ab', 'é', 'a b c'];
const numbers = ['-1', '0', '1', '2', '3', '10'];
const rows = texts.flatMap((text) => [...numbers, 'long(null)'].map((number) => `"${text}", ${number}`));

const text = fc.constantFrom(...texts).map((item) => `"${item}"`);
const list = fc.array(text, { minLength: 1, maxLength: 3 }).map((items) => `(${items.join(', ')})`);
const number = fc.constantFrom(...numbers);
const operators =
  '== != =~ !~ has !has contains !contains startswith !startswith endswith !endswith has_cs contains_cs'.split(' ');

const test = fc.oneof(
  fc.tuple(fc.constantFrom(...operators), text).map(([operator, value]) => `s ${operator} ${value}`),
  fc
    .tuple(fc.constantFrom('in', '!in', 'in~', '!in~', 'has_any', 'has_all'), list)
    .map(([operator, values]) => `s ${operator} ${values}`),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number)
    .map(([operator, value]) => `n ${operator} ${value}`),
  fc.tuple(number, number).map(([low, high]) => `n between (${low} .. ${high})`),
  fc.constantFrom('isempty(s)', 'isnotempty(s)', 'isnull(n)', 'isnotnull(n)'),
);
const { predicate } = fc.letrec<{ predicate: string }>((tie) => ({
  predicate: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    test,
    fc.tuple(tie('predicate'), tie('predicate')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('predicate'), tie('predicate')).map(([a, b]) => `(${a} or ${b})`),
    tie('predicate').map((a) => `not(${a})`),
  ),
}));

const engine = await openEngine();

/** How many rows pass both, and how many the first alone, by the compiler and a real engine. */
async function passing(first: string, second: string): Promise<{ readonly both: number; readonly firstAlone: number }> {
  const query = `datatable(s: string, n: long) [${rows.join(', ')}]
| extend one = iff(${first}, true, false), two = iff(${second}, true, false)
| summarize both = countif(one and two), firstAlone = countif(one and not(two))`;
  const [row] = await rowsOf(engine, compile(query, { schema: { tables: {} }, dialect: 'duckdb' }));
  return { both: Number(row?.[0]), firstAlone: Number(row?.[1]) };
}

function read(condition: string): Predicate {
  const { root } = analyze(`T | where ${condition}`, schema);
  const [statement] = root.list('Statements');
  if (statement === undefined) throw new Error(condition);
  const filter = need(need(statement, 'Expression'), 'Operator');
  return predicateOf(need(filter, 'Condition'), new Env());
}

describe('laws of predicates, on DuckDB', { timeout: 120_000 }, () => {
  beforeAll(() => {
    compile('print 1', { schema, dialect: 'duckdb' });
  });

  it('what implies is never true without the other, and what contradicts never with it', async () => {
    let implied = 0;
    let contradicted = 0;
    await fc.assert(
      fc.asyncProperty(predicate, predicate, async (first, second) => {
        const [one, other] = [read(first), read(second)];
        const [does, excludes] = [implies(one, other), contradicts(one, other)];
        if (!does && !excludes) return;
        const { both, firstAlone } = await passing(first, second);
        if (does) {
          implied++;
          expect(firstAlone, `${first} should imply ${second}`).toBe(0);
        }
        if (excludes) {
          contradicted++;
          expect(both, `${first} should contradict ${second}`).toBe(0);
        }
      }),
      { numRuns: 3000 },
    );
    expect(implied).toBeGreaterThan(100);
    expect(contradicted).toBeGreaterThan(50);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

/** For each condition the rows that pass it, by the compiler and a real engine. */
async function passing(conditions: readonly string[]): Promise<readonly (readonly boolean[])[]> {
  const columns = conditions.map((condition, index) => `c${index} = iff(${condition}, 1, 0)`).join(', ');
  const query = `datatable(s: string, n: long) [${rows.join(', ')}] | project ${columns}`;
  const found = await rowsOf(engine, compile(query, { schema: { tables: {} }, dialect: 'duckdb' }));
  return conditions.map((_, index) => found.map((row) => Number(row[index]) === 1));
}

function read(condition: string): Predicate {
  const { root } = analyze(`T | where ${condition}`, schema);
  const [statement] = root.list('Statements');
  if (statement === undefined) throw new Error(condition);
  const filter = need(need(statement, 'Expression'), 'Operator');
  return predicateOf(need(filter, 'Condition'), new Env());
}

describe('laws of predicates, on DuckDB', { timeout: 600_000 }, () => {
  it('what implies is never true without the other, and what contradicts never with it', async () => {
    let [implied, contradicted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(predicate, { minLength: 30, maxLength: 30 }), async (conditions) => {
        const predicates = conditions.map(read);
        const passed = await passing(conditions);
        for (const [a, one] of predicates.entries()) {
          for (const [b, other] of predicates.entries()) {
            const pair = `${conditions[a]} / ${conditions[b]}`;
            const both = passed[a]?.some((does, row) => does && passed[b]?.[row]);
            const alone = passed[a]?.some((does, row) => does && !passed[b]?.[row]);
            if (a !== b && implies(one, other)) {
              implied++;
              expect(alone, `implies: ${pair}`).toBe(false);
            }
            if (contradicts(one, other)) {
              contradicted++;
              expect(both, `contradicts: ${pair}`).toBe(false);
            }
          }
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(implied).toBeGreaterThan(100);
    expect(contradicted).toBeGreaterThan(50);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planToSql } from '../compile.ts';
import { openEngine, rowsOf } from '../duckdb.fixture.ts';
import { lower } from '../lower/lower.ts';
import { analyze } from '../parse/microsoft.ts';
import type { Schema } from '../types.ts';
import { absorb } from './absorb.ts';
import { renderPlan } from './print.ts';
import type { Plan } from './relation.ts';

const engine = await openEngine();
const schema: Schema = {
  tables: {
    T: [
      { name: 'a', type: 'int' },
      { name: 'b', type: 'bool' },
      { name: 'c', type: 'bool' },
      { name: 's', type: 'string' },
    ],
  },
};
// Every mixture of values and nulls.
await engine.run(`CREATE TABLE T AS SELECT * FROM (VALUES (1), (2), (NULL)) AS a(a), (VALUES (true), (false), (NULL)) AS b(b),
  (VALUES (true), (false), (NULL)) AS c(c), (VALUES ('x'), ('')) AS s(s)`);

const planOf = (text: string): Plan => lower(analyze(text, schema).root, schema);
const filters = (plan: Plan): string[] =>
  renderPlan(plan)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('filter'));

/** Few conditions, so that equal ones meet. */
const atoms = [
  'b',
  'c',
  'not(b)',
  'a > 1',
  'a != 1',
  'isnull(a)',
  'a in (1, 2)',
  's has "x"',
  's !contains "x"',
  'a in (print y = 1)',
  'a in (print y = 2)',
  'a > toscalar(print 1)',
  'a > toscalar(print 0)',
];

const predicate: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...atoms),
    fc.tuple(tie('tree'), fc.constantFrom('and', 'or', 'or'), tie('tree')).map((parts) => `(${parts.join(' ')})`),
    tie('tree').map((inner) => `not(${inner})`),
  ),
})).tree;

test('absorbing keeps the rows, whatever is null', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(predicate, { minLength: 1, maxLength: 4 }), async (conditions) => {
      const plan = planOf(`T${conditions.map((each) => ` | where ${each}`).join('')}`);
      const bag = async (asked: Plan) => {
        const answer = await rowsOf(engine, { ...planToSql(asked, { dialect: 'duckdb' }), columns: asked.columns });
        return answer.map((row) => row.map(String).join(' | ')).sort();
      };
      expect(await bag(absorb(plan))).toEqual(await bag(plan));
    }),
    { numRuns: 60 },
  );
});

test('what is implied goes, what only looks alike stays', () => {
  const left = (conditions: string) => filters(absorb(planOf(`T | where ${conditions}`)));
  expect(left('b or c | where b')).toEqual(['filter b']);
  expect(left('a > 1 | where a > 1 and b')).toHaveLength(1);
  expect(left('a in (print y = 1) | where a in (print y = 2)')).toHaveLength(2);
  expect(left('a == 1 | where a == 1.0')).toHaveLength(2);
  expect(left('rand() < 0.5 | where rand() < 0.5')).toHaveLength(2);
  expect(left('b or rand() < 0.5 | where rand() < 0.5')).toHaveLength(2);
  expect(left('s has_any (dynamic([5])) | where s has_any (dynamic(["bigint 5"]))')).toHaveLength(2);
});

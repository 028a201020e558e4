import type { DuckDBValue } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, planToSql } from './compile.ts';
import { openEngine, rowsOf } from './duckdb.fixture.ts';
import { lower } from './lower/lower.ts';
import { analyze } from './parse/microsoft.ts';
import type { Relation } from './plan/relation.ts';
import { Transformer } from './plan/transformer.ts';
import { readsNow } from './plan/visitor.ts';
import { eventRows, eventsSchema, fillEvents, newYear, queries } from './queries.fixture.ts';
import { emptyOverNothing, withoutEmpty } from './time/empty.ts';
import { nowOfEachRow } from './time/row-now.ts';
import { sweep } from './time/sweep/index.ts';

const engine = await openEngine();
const options = { schema: eventsSchema, dialect: 'duckdb' } as const;
const sweptNames = { enter: '$enter', exit: '$exit', step: 'step_', timeless: () => false };
const now = newYear + 6n * 36_000_000_000n;

/** Rows as a sorted list of texts: without an order of its own a result is a multiset. */
function bag(rows: readonly (readonly DuckDBValue[])[]): string[] {
  return rows.map((row) => row.map(String).join(' | ')).sort();
}

/** The compiled query, which the generator promises to be one that Weir compiles. */
function compiled(text: string, lineage?: string) {
  const result = compile(text, { ...options, now, ...(lineage === undefined ? {} : { lineage }) });
  expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return result;
}

/** Reads a table without rows in place of some of those that a plan reads. */
class SomeEmpty extends Transformer {
  readonly #drawn: readonly boolean[];
  #scans = 0;

  constructor(drawn: readonly boolean[]) {
    super();
    this.#drawn = drawn;
  }

  override relation(node: Relation): Relation {
    if (node.kind !== 'scan') return super.relation(node);
    this.#scans += 1;
    return this.#drawn[this.#scans % this.#drawn.length] === true ? { ...node, table: 'Nothing' } : node;
  }
}

describe('laws of plans, on DuckDB', { timeout: 120_000 }, () => {
  beforeAll(() => {
    compile('print 1', options);
  });

  it('pruning and absorbing change no answer, and columns are of the promised types', async () => {
    await fc.assert(
      fc.asyncProperty(eventRows, queries(), async (rows, text) => {
        await fillEvents(engine, rows);
        const whole = lower(analyze(text, eventsSchema).root, eventsSchema);
        const plain = { ...planToSql(whole, { ...options, now }), columns: whole.columns };
        expect(bag(await rowsOf(engine, compiled(text)))).toEqual(bag(await rowsOf(engine, plain)));
      }),
      { numRuns: 25 },
    );
  });

  it('the identity transformer gives an equal plan and the same SQL', () => {
    fc.assert(
      fc.property(queries(), (text) => {
        const { plan, sql } = compiled(text);
        if (plan === undefined) throw new Error('no plan');
        const relation = new Transformer().relation(plan.relation);
        expect(relation).toEqual(plan.relation);
        expect(planToSql({ ...plan, relation }, { ...options, now }).sql).toBe(sql);
      }),
      { numRuns: 25 },
    );
  });

  it('lineage adds a column and nothing else, and a row follows from its own rows alone', async () => {
    await fc.assert(
      fc.asyncProperty(eventRows, queries({ traceable: true }), async (rows, text) => {
        await fillEvents(engine, rows);
        const traced = await rowsOf(engine, compiled(text, 'id'));
        expect(bag(traced.map((row) => row.slice(0, -1)))).toEqual(bag(await rowsOf(engine, compiled(text))));
        for (const row of traced.slice(0, 3)) {
          const ids = new Set(String(row.at(-1)).match(/id\d+/g) ?? []);
          await fillEvents(
            engine,
            rows.filter(([id]) => ids.has(String(id))),
          );
          expect(bag(await rowsOf(engine, compiled(text)))).toContain(row.slice(0, -1).map(String).join(' | '));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('now() of each row gives what running at each moment gives', async () => {
    await fc.assert(
      fc.asyncProperty(eventRows, queries({ rowWise: true }), async (rows, text) => {
        const asked = compile(text, options).plan;
        const carried = asked === undefined ? undefined : nowOfEachRow(asked, 'm');
        const plan = carried && { ...carried, columns: carried.columns.slice(0, -1) };
        if (plan === undefined) throw new Error('the query is not row-wise');
        expect(readsNow(plan.relation)).toBe(false);
        await fillEvents(engine, rows);
        const once = await rowsOf(engine, { ...planToSql(plan, options), columns: plan.columns });
        const each: DuckDBValue[][] = [];
        for (const moment of new Set(rows.map((row) => row[2] as bigint))) {
          await fillEvents(
            engine,
            rows.filter((row) => row[2] === moment),
          );
          const then = compile(text, { ...options, now: moment });
          each.push(...(await rowsOf(engine, then)));
        }
        expect(bag(once)).toEqual(bag(each));
      }),
      { numRuns: 25 },
    );
  });

  it('what is left of a plan where some of its tables are empty gives what the plan gives', async () => {
    const someOf = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
    const kinds = ['inner', 'leftouter', 'rightouter', 'fullouter', 'leftsemi', 'leftanti'];
    const meetings = fc
      .tuple(fc.constantFrom(...kinds), fc.constantFrom('E', 'union E, (E | where b)', 'E | summarize count() by k, n'))
      .map(([kind, right]) => `E | join kind=${kind} (${right} | project k, n) on k | summarize count(), max(n) by k`);
    let less = 0;
    let nothing = 0;
    await fc.assert(
      fc.asyncProperty(eventRows, fc.oneof(queries(), meetings), someOf, async (rows, text, drawn) => {
        const { plan } = compile(text, { ...options, now });
        if (plan === undefined) return;
        const some: typeof plan = { ...plan, relation: new SomeEmpty(drawn).relation(plan.relation) };
        const left = withoutEmpty(some, (table) => table === 'Nothing');
        await fillEvents(engine, rows);
        await engine.run('CREATE OR REPLACE TABLE "Nothing" AS FROM "E" LIMIT 0');
        const answer = bag(await rowsOf(engine, { ...planToSql(some, { ...options, now }), columns: plan.columns }));
        const { sql } = planToSql(left, { ...options, now });
        expect(bag(await rowsOf(engine, { sql, columns: plan.columns }))).toEqual(answer);
        if (sql.length < planToSql(some, { ...options, now }).sql.length) less += 1;
        if (!emptyOverNothing(some.relation, (table) => table === 'Nothing')) return;
        nothing += 1;
        expect(answer).toEqual([]);
      }),
      { numRuns: 80 },
    );
    expect([less > 5, nothing > 5]).toEqual([true, true]);
  });

  it('a sweep gives at every moment what running there gives', async () => {
    const hour = 36_000_000_000n;
    const [frequency, period] = [2n * hour, 5n * hour];
    const [first, last] = [newYear, newYear + 8n * hour];
    const tick = (moment: string) => `(${moment} + ${frequency - 1n}) // ${frequency} * ${frequency}`;
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(eventRows, queries(), async (rows, text) => {
        const { plan } = compile(text, options);
        const swept = plan && sweep(plan, plan.columns, undefined, { frequency, period, ...sweptNames });
        if (plan === undefined || swept === undefined || 'reason' in swept) return;
        carried += 1;
        await fillEvents(engine, rows);
        const over = (sql: string, select: string, steps = '') =>
          `WITH "E" AS NOT MATERIALIZED (${select})${steps} FROM (${sql})`;
        const steps = swept.steps.map(({ name, plan }) => `, ${name} AS (FROM (${planToSql(plan, options).sql}))`);
        const within = `SELECT *, greatest(${tick('t')}, ${first}) AS "$enter",
          least(${tick(`t + ${period}`)}, ${last + frequency}) AS "$exit" FROM main."E" WHERE t <= ${last}`;
        const once = await rowsOf(engine, {
          sql: over(planToSql(swept.plan, options).sql, within, steps.join('')),
          columns: swept.plan.columns,
        });
        for (let moment = first; moment <= last; moment += frequency) {
          const seen = `SELECT * FROM main."E" WHERE t <= ${moment} AND t > ${moment - period}`;
          const sql = over(planToSql(plan, { ...options, now: moment }).sql, seen);
          const there = once.filter((row) => {
            const [enter, exit] = row.slice(swept.shown) as [bigint, bigint];
            return enter <= moment && moment < exit;
          });
          const shown = there.map((row) => row.slice(0, swept.shown));
          expect(bag(shown)).toEqual(bag(await rowsOf(engine, { sql, columns: plan.columns })));
        }
      }),
      { numRuns: 60 },
    );
    expect(carried).toBeGreaterThan(10);
  });
});
